// A button on every chart that saves it as a picture: what it has drawn, canvases and SVG alike, on the
// colour of the page, with its title. Charts say where they are by the class `chart`.
(() => {
  const charts = (window.RorCharts ??= {});
  const MARGIN = 16;
  const TITLE = 28;

  charts.offerPicture = (el) => {
    const card = el.closest(".card");
    const head = card?.querySelector(".card-header");
    if (!head || head.querySelector(".chart-download")) return;
    const button = charts.element("button", "btn btn-sm chart-download", head);
    button.type = "button";
    button.textContent = "PNG";
    button.title = "Save this chart as a picture";
    button.onclick = () => save(el, head.querySelector(".card-title")?.textContent.trim() ?? "Chart");
  };

  async function save(el, title) {
    const box = el.getBoundingClientRect();
    const ratio = Math.max(2, devicePixelRatio);
    const canvas = document.createElement("canvas");
    canvas.width = (box.width + 2 * MARGIN) * ratio;
    canvas.height = (box.height + 2 * MARGIN + TITLE) * ratio;
    const ctx = canvas.getContext("2d");
    const colours = charts.colours();
    ctx.scale(ratio, ratio);
    ctx.fillStyle = colours.surface;
    ctx.fillRect(0, 0, canvas.width, canvas.height);
    ctx.fillStyle = colours.ink;
    ctx.font = "600 15px system-ui";
    const page = document.querySelector("h1")?.textContent.trim() ?? "";
    ctx.fillText([page, title].filter(Boolean).join(": "), MARGIN, MARGIN + 12);
    for (const part of el.querySelectorAll("canvas, svg")) await lay(ctx, part, box);
    const link = document.createElement("a");
    link.download = `${[page, title].join("-").toLowerCase().replace(/[^a-z0-9]+/g, "-")}.png`;
    canvas.toBlob((blob) => {
      link.href = URL.createObjectURL(blob);
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 5000);
    });
  }

  async function lay(ctx, part, box) {
    const at = part.getBoundingClientRect();
    if (!at.width || !at.height) return;
    const picture = part instanceof SVGElement ? await drawn(part, at) : part;
    ctx.drawImage(picture, at.left - box.left + MARGIN, at.top - box.top + MARGIN + TITLE, at.width, at.height);
  }

  // An SVG as a picture of its own: outside of the page it knows none of the page's styles.
  async function drawn(svg, at) {
    const copy = svg.cloneNode(true);
    const [own, copied] = [svg, copy].map((one) => [one, ...one.querySelectorAll("*")]);
    own.forEach((one, i) => {
      const style = getComputedStyle(one);
      for (const name of ["fill", "stroke", "stroke-width", "font", "text-anchor", "opacity", "fill-opacity"]) {
        copied[i].style?.setProperty(name, style.getPropertyValue(name));
      }
    });
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    copy.setAttribute("width", at.width);
    copy.setAttribute("height", at.height);
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
    await image.decode();
    return image;
  }
})();
