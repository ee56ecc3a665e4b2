// What stands between a visitor and the content: the cookie question, and the wish that you log in.

import { button, el } from "./dom.js";

export function askForCookies() {
  if (document.cookie.includes("kakor=")) return;
  const decide = (choice) => () => {
    document.cookie = `kakor=${choice}; path=/; max-age=31536000; samesite=lax`;
    veil.remove();
  };
  const veil = el("div", { class: "veil low" },
    el("div", { role: "dialog", "aria-modal": "true", "aria-labelledby": "kakor-rubrik", class: "dialog cookies" },
      el("h2", { id: "kakor-rubrik" }, "Tillåt användning av cookies?"),
      el("p", {}, "Vi använder cookies för att tillhandahålla och förbättra innehållet på Byatorget. Valfria cookies "
        + "hjälper oss att anpassa det du ser. Du kan ändra ditt val när som helst."),
      el("div", { class: "choices" },
        button("Neka valfria cookies", decide("neka"), { class: "plain" }),
        button("Tillåt alla cookies", decide("alla"), { class: "strong" }))));
  document.body.append(veil);
}

export function nag() {
  const veil = el("div", { class: "veil" });
  const close = button("", () => veil.remove(), { "aria-label": "Stäng", class: "close" });
  veil.append(el("div", { role: "dialog", "aria-modal": "true", "aria-labelledby": "nag-rubrik", class: "dialog nag" },
    close,
    el("h2", { id: "nag-rubrik" }, "Se mer från Exempelkommun – logga in eller skapa konto"),
    el("p", {}, "Gå med på Byatorget så missar du inget från sidorna du gillar."),
    el("a", { href: "/login", class: "strong" }, "Logga in"),
    el("a", { href: "/login", class: "plain" }, "Skapa nytt konto")));
  document.body.append(veil);
}
