// The line under the top bar: what the page has lost, since when, and the way back.
(() => {
  const line = document.getElementById("standing");
  if (!line) return;
  const zone = document.body.dataset.timezone || "UTC";
  const clock = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone, hour: "2-digit", minute: "2-digit", second: "2-digit",
  });

  const texts = {
    lost: (at, reason) => `${reason} since ${at}: what you see is from then.`,
    "logged-out": (at) => `You are logged out since ${at}: what you see is from then.`,
    "socket-lost": (at) => `No live events since ${at}: figures are asked for every 15 s instead.`,
  };
  const ways = {
    lost: ["Try now", () => window.rorStanding.probe()],
    "logged-out": ["Log in", () => window.rorLogIn?.ask(true)],
  };

  function button([label, act]) {
    const element = document.createElement("button");
    element.type = "button";
    element.className = "btn btn-sm";
    element.textContent = label;
    element.onclick = act;
    return element;
  }

  addEventListener("ror:standing", ({ detail: { word, since, lost } }) => {
    line.hidden = !word;
    line.dataset.word = word;
    line.replaceChildren();
    if (!word) return;
    const text = document.createElement("span");
    text.textContent = texts[word](clock.format(since), lost);
    line.append(text, ...(ways[word] ? [button(ways[word])] : []));
  });
})();
