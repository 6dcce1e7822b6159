// Dragging a deal to another column does what its own form does: send the same move.
export function listen() {
  const board = document.querySelector("[data-board]");
  if (!board) return;
  let dragged = null;
  board.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-deal]");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged?.dataset.deal ?? "");
  });
  board.addEventListener("dragend", () => mark(board, null));
  board.addEventListener("dragover", (event) => {
    const column = event.target.closest("[data-stage]");
    if (!dragged || !column) return;
    event.preventDefault();
    mark(board, column);
  });
  board.addEventListener("drop", (event) => {
    const column = event.target.closest("[data-stage]");
    if (!dragged || !column) return;
    event.preventDefault();
    const form = dragged.querySelector("form");
    const select = form?.querySelector("select[name=stage]");
    if (!select || dragged.closest("[data-stage]") === column) return;
    select.value = column.dataset.stage;
    form.requestSubmit();
  });
}

function mark(board, column) {
  for (const one of board.querySelectorAll(".is-target")) one.classList.remove("is-target");
  column?.classList.add("is-target");
}
