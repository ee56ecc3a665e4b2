// The first live video in a post: one that has no end, that a camera feeds, or beside which it says that it is live.
(post) => {
  const SAYS_LIVE = /^\W*(live|live nu|live now|nu live|direkt|direktsänd|direktsändning|sänds nu|sänder nu)\W*$/i;
  const ROUND_THE_PLAYER = 1.5; // a box of at most so much of the player's area belongs to it
  const area = (box) => box.width * box.height;

  function* all(root) {
    for (const one of root.querySelectorAll('*')) {
      yield one;
      if (one.shadowRoot) yield* all(one.shadowRoot);
    }
  }

  function around(video) {
    const most = area(video.getBoundingClientRect()) * ROUND_THE_PLAYER;
    let box = video;
    while (box !== post && box.parentElement && area(box.parentElement.getBoundingClientRect()) <= most) {
      box = box.parentElement;
    }
    return box;
  }

  const saysSo = (one) => one.checkVisibility() && [one.getAttribute('aria-label'), one.childElementCount ? '' : one.textContent]
    .some((words) => words && words.length < 40 && SAYS_LIVE.test(words));

  const isLive = (video) => video.duration === Infinity || video.srcObject instanceof MediaStream
    || [...all(around(video))].some(saysSo);

  for (const one of all(post)) {
    if (one instanceof HTMLVideoElement && one.getBoundingClientRect().width > 0 && isLive(one)) return one;
  }
  return null;
}
