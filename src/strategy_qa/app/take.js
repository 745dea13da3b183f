// Runs once, as the js_on_load of the row under the conversation: files and links to take away.

// News is said where a screen reader listens, and seen for a moment.
const toast = document.createElement('div');
toast.id = 'toast';
toast.setAttribute('role', 'status');
document.body.append(toast);
let hide;

window.strategyQaSay = (text) => {
  toast.textContent = text;
  toast.classList.add('shown');
  clearTimeout(hide);
  hide = setTimeout(() => toast.classList.remove('shown'), 5000);
};

function save(file) {
  const bytes = Uint8Array.from(atob(file.data), (c) => c.charCodeAt(0));
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([bytes], { type: file.type }));
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

window.strategyQaNews = (news) => {
  if (!news) return;
  if (news.data) save(news);
  window.strategyQaSay(news.said);
};

element.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (!button) return;
  if (button.dataset.take) trigger('take', { kind: button.dataset.take });
  if (button.dataset.link) {
    window.strategyQaCopy(location.origin + location.pathname + button.dataset.link);
    window.strategyQaSay(button.dataset.said);
  }
});
