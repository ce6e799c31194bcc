// Follows /events: each message holds the parts of the page that have changed. Everything in them was
// made by the server, which also escaped it. Without this script the page is a snapshot.
'use strict';

(() => {
  const link = document.getElementById('link');
  const say = text => { link.textContent = text; };

  // A part that is replaced keeps what the reader did with it: where its boxes are scrolled to, and
  // which of them has the focus. A ladder that showed its end goes on showing its end.
  const replacePart = (id, html) => {
    const part = document.getElementById(id);
    if (!part) {
      return;
    }

    const places = [...part.querySelectorAll('.scroll')].map(box => ({
      left: box.scrollLeft,
      top: box.scrollTop,
      atEnd: box.classList.contains('ladder')
        && box.scrollTop + box.clientHeight >= box.scrollHeight - 40,
      hasFocus: box === document.activeElement,
    }));
    part.innerHTML = html;
    part.querySelectorAll('.scroll').forEach((box, i) => {
      const place = places[i]
        ?? { left: 0, top: 0, atEnd: box.classList.contains('ladder'), hasFocus: false };
      box.scrollLeft = place.left;
      box.scrollTop = place.atEnd ? box.scrollHeight : place.top;
      if (place.hasFocus) {
        box.focus({ preventScroll: true });
      }
    });
  };

  const replaceRow = (number, cells) => {
    const row = document.getElementById('s' + number);
    if (!row) {
      return;
    }

    const hadFocus = row.contains(document.activeElement);
    row.innerHTML = cells;
    if (hadFocus) {
      row.querySelector('a').focus({ preventScroll: true });
    }
  };

  const events = new EventSource('/events' + location.search);
  events.addEventListener('open', () => say('Live: this page follows the simulation.'));
  events.addEventListener('update', message => {
    const update = JSON.parse(message.data);
    document.title = update.title;
    Object.entries(update.parts).forEach(([id, html]) => replacePart(id, html));
    Object.entries(update.rows).forEach(([number, cells]) => replaceRow(number, cells));
  });
  events.addEventListener('end', () => {
    events.close();
    say('The simulation is over; this is how it ended.');
  });
  events.addEventListener('error', () => {
    say(events.readyState === EventSource.CLOSED
      ? 'Not live: there are too many viewers. This is a snapshot; reload it for the present.'
      : 'Not live: the simulation does not answer. This is what was seen last.');
  });

  const ladder = document.querySelector('#part-ladder .scroll');
  if (ladder) {
    ladder.scrollTop = ladder.scrollHeight;
  }
})();
