// Comfort only: every page works without this file. No inline handlers, no storage, no third party.
(function () {
  "use strict";
  var typing = /^(input|select|textarea)$/i;

  // The error summary takes the focus, as a screen reader expects after a failed submit.
  var summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();

  // A second click on a button that already sent its form does nothing; the server guards it too.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    setTimeout(function () { delete form.dataset.sent; }, 8000);
  });

  // Keys of the counter, by event.code so that a Chinese input method does not swallow them.
  document.addEventListener("keydown", function (event) {
    var inField = typing.test(event.target.tagName) || event.target.isContentEditable;
    var box = document.querySelector("[data-key='F2']");
    if (box && (event.code === "F2" || (event.code === "Slash" && !inField && !event.shiftKey))) {
      event.preventDefault();
      box.focus();
      box.select();
      return;
    }
    if (event.ctrlKey && event.code === "Enter") {
      var main = document.querySelector("main form[method=post] .govuk-button:not(.govuk-button--secondary)");
      if (main) { event.preventDefault(); main.click(); }
      return;
    }
    if (inField || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "?") {
      var help = document.querySelector("[data-dialog='shortcuts']");
      if (help && help.showModal) help.showModal();
      return;
    }
    var rows = Array.prototype.slice.call(document.querySelectorAll("main table tbody th a"));
    if (rows.length && (event.code === "KeyJ" || event.code === "KeyK")) {
      var at = rows.indexOf(document.activeElement);
      var next = rows[event.code === "KeyJ" ? Math.min(at + 1, rows.length - 1) : Math.max(at - 1, 0)];
      next.focus();
      return;
    }
    var target = document.querySelector("[data-letter='" + event.code.replace("Key", "") + "']");
    if (target) {
      event.preventDefault();
      if (target.tagName === "A") target.click(); else target.focus();
    }
  });

  // A page that waits for something looks again by itself: only its content changes, so focus and place stay. The
  // header tells the server that nobody asked, and the session does not live on because of it.
  function lookAgain(seconds) {
    setTimeout(function () {
      var main = document.getElementById("main");
      if (document.hidden || typing.test(document.activeElement.tagName)) return lookAgain(seconds);
      fetch(location.href, { headers: { "X-Background": "1" }, credentials: "same-origin" })
        .then(function (answer) { return answer.ok ? answer.text() : Promise.reject(answer.status); })
        .then(function (text) {
          var fresh = new DOMParser().parseFromString(text, "text/html");
          if (!fresh.getElementById("main")) return location.reload();
          main.innerHTML = fresh.getElementById("main").innerHTML;
          if (fresh.body.dataset.refresh) lookAgain(parseInt(fresh.body.dataset.refresh, 10));
        })
        .catch(function () { lookAgain(seconds * 2); });
    }, seconds * 1000);
  }
  if (document.body.dataset.refresh) lookAgain(parseInt(document.body.dataset.refresh, 10));

  // Two minutes before the session ends: go on with one key, or leave with what is typed kept. The server is asked
  // first, because another tab may have kept the session alive.
  var session = document.querySelector("[data-session-seconds]");
  if (session && session.showModal && window.fetch) {
    var warning, ending;
    var plan = function (seconds) {
      clearTimeout(warning);
      clearTimeout(ending);
      warning = setTimeout(ask.bind(null, warn), Math.max(seconds - 120, 0) * 1000);
      ending = setTimeout(ask.bind(null, leave), Math.max(seconds - 5, 0) * 1000);
    };
    var ask = function (then) {
      fetch(session.dataset.sessionUrl, { headers: { "Accept": "application/json", "X-Background": "1" } })
        .then(function (answer) { return answer.json(); })
        .then(function (told) { if (told.seconds > 125) plan(told.seconds); else then(); })
        .catch(then);
    };
    var warn = function () { if (!session.open) session.showModal(); };
    var leave = function () {
      // The form of the page goes along, to be found again after log-in.
      var kept = document.querySelector("main form[method=post]");
      var out = session.querySelector("[data-session-leave]");
      if (!kept) return out.submit();
      var path = document.createElement("input");
      path.type = "hidden";
      path.name = "leave_path";
      path.value = kept.getAttribute("action") || location.pathname + location.search;
      kept.appendChild(path);
      kept.action = out.action;
      kept.submit();
    };
    session.addEventListener("submit", function (event) {
      event.preventDefault();
      if (event.target.matches("[data-session-leave]")) return leave();
      fetch(event.target.action, { method: "POST", body: new FormData(event.target), headers: { "Accept": "application/json" } })
        .then(function (answer) { return answer.json(); })
        .then(function (told) { session.close(); plan(told.seconds); })
        .catch(function () { event.target.submit(); });
    });
    plan(parseInt(session.dataset.sessionSeconds, 10));
  }
})();
