/* Photos full-screen. PhotoSwipe is fetched at the first tap; without it, or when it fails, the links just work. */
(function () {
  "use strict";

  const { say } = window.plein;
  let library = null;
  let open = null;

  function load() {
    library ??= Promise.all([import(document.body.dataset.viewerSrc), style(document.body.dataset.viewerCss)]).catch(
      (error) => {
        library = null; // a lost connection may be back at the next tap
        throw error;
      },
    );
    return library.then(([module]) => module.default);
  }

  function style(href) {
    return new Promise((resolve, reject) => {
      const link = document.createElement("link");
      link.rel = "stylesheet";
      link.href = href;
      link.onload = resolve;
      link.onerror = () => (link.remove(), reject(new Error("no style")));
      document.head.append(link);
    });
  }

  /* What there is to see */

  const film = (link) => link.querySelector(".tile__film") !== null;
  const links = (grid) => [...grid.querySelectorAll("a[data-index]")];

  function caption(link) {
    return link.dataset.caption ?? link.closest("figure")?.querySelector("figcaption")?.textContent.trim() ?? "";
  }

  function item(link) {
    const picture = link.querySelector("img");
    return {
      src: link.href,
      srcset: picture?.srcset || undefined,
      width: Number(link.dataset.width),
      height: Number(link.dataset.height),
      alt: picture?.alt ?? "",
      caption: caption(link),
      index: Number(link.dataset.index),
    };
  }

  // A film plays in its page; in the viewer it would lose its place among the words.
  const photos = (grid) => links(grid).filter((link) => !film(link)).map(item);

  /** The timeline holds four tiles of a post; the post's own page holds all of them. */
  async function gallery(grid) {
    if (grid.hasAttribute("data-viewer-whole") || samePage(grid.dataset.viewer)) return photos(grid);
    const answer = await fetch(grid.dataset.viewer, { credentials: "same-origin", headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) throw new Error("no gallery");
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const whole = page.querySelector("[data-viewer]");
    if (!whole) throw new Error("no gallery");
    return photos(whole);
  }

  const samePage = (url) => new URL(url, location.href).pathname === location.pathname;

  /* The viewer */

  function show(PhotoSwipe, items, index, link) {
    const grid = link.closest("[data-viewer]");
    const tile = (at) => grid.querySelector(`a[data-index="${items[at]?.index}"] img`);
    items.forEach((one, at) => {
      one.element = tile(at)?.closest("a");
      one.msrc = tile(at)?.currentSrc;
      one.thumbCropped = true;
    });
    const viewer = new PhotoSwipe({
      dataSource: items,
      index,
      bgOpacity: 1,
      mainClass: "viewer",
      loop: false,
      arrowKeys: true,
      closeTitle: say("close"),
      zoomTitle: say("zoom"),
      arrowPrevTitle: say("previous"),
      arrowNextTitle: say("next"),
      errorMsg: say("failed"),
      showAnimationDuration: 180,
      hideAnimationDuration: 160,
      paddingFn: (size) => ({ top: 0, bottom: size.x > size.y ? 0 : 56, left: 0, right: 0 }),
    });
    viewer.addFilter("thumbEl", (found, one) => one.element?.querySelector("img") ?? found);
    viewer.on("uiRegister", () => addCaption(viewer));
    viewer.on("destroy", () => {
      open = null;
      (items[viewer.currIndex]?.element ?? link).focus({ preventScroll: true });
    });
    open = viewer;
    viewer.init();
    viewer.element.setAttribute("role", "dialog");
    viewer.element.setAttribute("aria-modal", "true");
    viewer.element.focus(); // by touch too: Escape and the arrows must work from the start
  }

  function addCaption(viewer) {
    viewer.ui.registerElement({
      name: "caption",
      order: 9,
      appendTo: "root",
      className: "viewer__caption",
      onInit(element) {
        element.dir = "auto";
        element.setAttribute("aria-live", "polite");
        viewer.on("change", () => {
          const { caption: words, alt } = viewer.currSlide.data;
          element.textContent = words;
          element.hidden = !words;
          const place = `${say("photo")} ${viewer.currIndex + 1} / ${viewer.getNumItems()}`;
          viewer.element.setAttribute("aria-label", [place, words || alt].filter(Boolean).join(". "));
        });
      },
    });
  }

  async function start(link) {
    const grid = link.closest("[data-viewer]");
    const [PhotoSwipe, items] = await Promise.all([load(), gallery(grid)]);
    const index = items.findIndex((one) => one.index === Number(link.dataset.index));
    if (index < 0) throw new Error("no such photo");
    show(PhotoSwipe, items, index, link);
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-viewer] a[data-index]");
    if (!link || film(link) || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    if (open || link.hasAttribute("aria-busy")) return;
    link.setAttribute("aria-busy", "true");
    start(link)
      .catch(() => location.assign(link.href))
      .finally(() => link.removeAttribute("aria-busy"));
  });
})();
