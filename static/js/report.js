// The button of a report that prints it; the browser saves it as PDF from there.
document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) window.print(); });
