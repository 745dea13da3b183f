// Runs once, as the evidence pane's js_on_load: `element` is the pane, `trigger` reaches Python
// and `watch` follows the pane's value. Ties [n] in the answer to card n and back.

const pane = () => element.querySelector('.pane');
const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
const reveal = (node, block) =>
  node.scrollIntoView({ behavior: calm ? 'auto' : 'smooth', block });

function cites(turn, number) {
  return document.querySelectorAll(`#chat a[href$="#cite-${turn}-${number}"]`);
}

function select(card) {
  for (const other of element.querySelectorAll('.card.picked')) {
    other.classList.remove('picked');
    other.querySelector('.number')?.setAttribute('aria-pressed', 'false');
  }
  for (const link of document.querySelectorAll('#chat a.cite.picked')) {
    link.classList.remove('picked');
  }
  if (!card) return;
  card.classList.add('picked');
  card.querySelector('.number').setAttribute('aria-pressed', 'true');
  for (const link of cites(pane().dataset.turn, card.dataset.number)) {
    link.classList.add('picked');
  }
}

function open(turn, number) {
  const card = element.querySelector(`#cite-${turn}-${number}`);
  if (!card) {
    trigger('pick', { turn, number });
    return;
  }
  select(card);
  reveal(card, 'start');
  card.querySelector('.number').focus({ preventScroll: true });
}

document.addEventListener('click', (event) => {
  const link = event.target.closest?.('#chat a[href*="#cite-"]');
  if (!link) return;
  event.preventDefault();
  event.stopPropagation();
  const [turn, number] = link.getAttribute('href').split('#cite-')[1].split('-').map(Number);
  open(turn, number);
}, true);

// The part of the page around the quote, or the whole page.
function unfold(button) {
  const whole = button.getAttribute('aria-expanded') !== 'true';
  const image = button.querySelector('img');
  const address = image.getAttribute('src').replace('&whole=1', '');
  image.setAttribute('src', whole ? `${address}&whole=1` : address);
  button.setAttribute('aria-expanded', String(whole));
  button.querySelector('span').textContent = whole ? button.dataset.part : button.dataset.whole;
}

// What a reader says of an answer: a thumb at once, and after a thumb down the reason.
function say(form, helpful) {
  trigger('said', {
    turn: Number(pane().dataset.turn),
    helpful,
    reason: (!helpful && form?.reason.value) || '',
    note: (!helpful && form?.note.value) || '',
  });
}

element.addEventListener('submit', (event) => {
  event.preventDefault();
  say(event.target, false);
  event.target.hidden = true;
});

element.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (!button) return;
  if (button.matches('.picture')) unfold(button);
  if (button.dataset.copy) {
    copy(button.dataset.copy);
    window.strategyQaSay(button.dataset.said);
  }
  if (button.dataset.helpful) {
    const helpful = button.dataset.helpful === 'yes';
    for (const thumb of element.querySelectorAll('[data-helpful]')) {
      thumb.setAttribute('aria-pressed', String(thumb === button));
    }
    const form = element.querySelector('form.reason');
    form.hidden = helpful;
    if (helpful) say(null, true);
    else form.reason.focus();
  }
});

element.addEventListener('click', (event) => {
  const card = event.target.closest('.card[data-number]');
  if (!card || event.target.closest('a, summary, .picture') || String(getSelection())) return;
  const already = card.classList.contains('picked');
  select(already ? null : card);
  if (already) return;
  const link = cites(pane().dataset.turn, card.dataset.number)[0];
  if (link && matchMedia('(min-width: 900px)').matches) reveal(link, 'nearest');
});

// Gradio copies a message's source. What is copied here is what is read: this handler runs after
// Gradio's own and replaces what that put on the clipboard.
window.strategyQaCopy = copy;
function copy(text) {
  if (navigator.clipboard) {
    navigator.clipboard.writeText(text);
    return;
  }
  const fill = (event) => {
    event.clipboardData.setData('text/plain', text);
    event.preventDefault();
  };
  document.addEventListener('copy', fill, { once: true });
  document.execCommand('copy');
}

document.addEventListener('click', (event) => {
  const buttons = event.target.closest?.('#chat .message-buttons button')?.closest('.message-buttons');
  const message = buttons?.previousElementSibling?.querySelector('.reply, .asked');
  if (message) copy(message.innerText.trim());
});

// Gradio names each message by its source; a screen reader should hear its text.
function name() {
  // Gradio calls the examples a list without items; they are a group of buttons.
  document.querySelector('#chat .examples[role=list]')?.setAttribute('role', 'group');
  for (const message of document.querySelectorAll('#chat :is([data-testid="bot"], [data-testid="user"])')) {
    const text = message.textContent.trim();
    if (message.getAttribute('aria-label') !== text) message.setAttribute('aria-label', text);
  }
}

// Gradio names each radio button apart; only as one group do the arrow keys lead through them.
function group() {
  for (const radio of document.querySelectorAll('#language input')) radio.name = 'language';
}

// A long answer is read from its question on, so the newest question goes to the top.
let seen = '';
function follow() {
  const questions = document.querySelectorAll('#chat .user-row');
  const replies = document.querySelectorAll('#chat .reply:not(.searching)');
  const now = `${questions.length} ${replies.length}`;
  if (now === seen) return;
  seen = now;
  if (questions.length) reveal(questions[questions.length - 1], 'start');
}

// Where the newest question stands in line, looked up every second until something was found.
let look;
function queue(waiting) {
  clearTimeout(look);
  if (!waiting) return;
  look = setTimeout(async () => {
    const response = await fetch(`place/${waiting.dataset.place}`).catch(() => null);
    const { ahead } = response?.ok ? await response.json() : {};
    if (!waiting.isConnected) return;
    const said = document.querySelector('#chat .searching p');
    if (said && ahead) said.textContent = waiting.dataset.line.replace('{ahead}', ahead);
    queue(waiting);
  }, 1000);
}

function refresh() {
  const now = pane();
  if (!now) return;
  queue(now.querySelector('[data-place]'));
  document.documentElement.lang = now.lang;
  const picked = element.querySelector('.card.picked');
  if (picked) open(Number(now.dataset.turn), Number(picked.dataset.number));
  else now.closest('#evidence').scrollTop = 0;
  const linked = now.querySelector('[data-ask]');
  if (linked) trigger('linked', { question: linked.dataset.ask });
}

const watchChat = () => {
  const chat = document.querySelector('#chat');
  if (!chat) return setTimeout(watchChat, 50);
  new MutationObserver(() => {
    name();
    follow();
  }).observe(chat, { childList: true, subtree: true });
  name();
  new MutationObserver(group).observe(document.querySelector('#language'), {
    childList: true,
    subtree: true,
  });
  group();
};

watchChat();
watch('value', refresh);
refresh();
