// A box above a table ticks, or clears, all boxes in it. Without a script they are ticked one by one.
const all = document.getElementById('tick-all');

if (all) {
  const boxes = () => [...all.form.querySelectorAll('tbody input[type=checkbox]')];
  all.closest('label').hidden = false;
  all.addEventListener('change', () => {
    for (const box of boxes()) {
      box.checked = all.checked;
    }
  });
  all.form.querySelector('tbody').addEventListener('change', () => {
    const ticked = boxes().filter((box) => box.checked).length;
    all.checked = ticked > 0 && ticked === boxes().length;
    all.indeterminate = ticked > 0 && !all.checked;
  });
}
