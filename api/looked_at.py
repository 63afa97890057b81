"""What somebody looked at, took out, or was turned away from: the codes in the events, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

from api.navigation import N_

if TYPE_CHECKING:
    from api.wording import Wording

WHAT: Final = {
    "start": N_("Start"),
    "sign-in": N_("sign-in"),
    "sign-in-done": N_("sign-in"),
    "sign-in-provider": N_("sign-in"),
    "sign-in-provider-back": N_("sign-in"),
    "sign-in-code": N_("sign-in"),
    "sign-out": N_("Sign out"),
    "purpose": N_("Purpose"),
    "purpose-given": N_("Purpose"),
    "language": N_("Language"),
    "account": N_("Your account"),
    "password": N_("Change the password"),
    "second-factor": N_("Second factor"),
    "second-factor-begun": N_("Second factor"),
    "second-factor-confirmed": N_("Second factor"),
    "second-factor-removed": N_("Second factor"),
    "first": N_("The first administrator"),
    "first-done": N_("The first administrator"),
    "customers": N_("list of customers"),
    "customer": N_("one customer"),
    "conversation": N_("one conversation"),
    "timeline": N_("one conversation"),
    "attachments": N_("attachments"),
    "transcript": N_("a transcript"),
    "desk": N_("list of tickets"),
    "look at the desk": N_("list of tickets"),
    "tickets": N_("list of tickets"),
    "ticket": N_("one ticket"),
    "look at work orders": N_("list of work orders"),
    "work orders": N_("list of work orders"),
    "work-orders": N_("list of work orders"),
    "work order": N_("one work order"),
    "work-order": N_("one work order"),
    "prices": N_("prices"),
    "promises": N_("promises"),
    "promise": N_("promises"),
    "slip": N_("a proof slip"),
    "requests": N_("record requests"),
    "request": N_("Record request"),
    "request-show": N_("Record request"),
    "record": N_("a record"),
    "withholdings": N_("what is withheld"),
    "outbox": N_("letters by mail"),
    "authority": N_("who may act for whom"),
    "portal": N_("their own page"),
    "portal-looks": N_("their own page"),
    "portal-code": N_("the customers' portal"),
    "portal-code-asked": N_("the customers' portal"),
    "portal-enter": N_("the customers' portal"),
    "portal-leave": N_("the customers' portal"),
    "portal-asked": N_("a request on the portal"),
    "portal-request": N_("a request on the portal"),
    "collect": N_("Collect a record"),
    "collected": N_("Collect a record"),
    "search": N_("Search"),
    "searches": N_("Saved searches"),
    "tags": N_("tags"),
    "production": N_("production"),
    "levels": N_("Service level"),
    "volume": N_("Volume"),
    "reviews": N_("Reviews"),
    "review": N_("Review"),
    "sample": N_("Sample"),
    "agreement": N_("Do two reviewers agree?"),
    "feedback": N_("Feedback"),
    "read feedback": N_("Feedback"),
    "imports": N_("imports"),
    "deliveries": N_("imports"),
    "import": N_("an import"),
    "delivery": N_("an import"),
    "items": N_("items of the log"),
    "access": N_("who looked"),
    "looks": N_("who looked"),
    "holds": N_("holds"),
    "retention": N_("How long words are kept"),
    "disposal": N_("What is past its time"),
    "erasures": N_("erasures"),
    "log": N_("Log"),
    "verify": N_("Log"),
    "evidence": N_("proof"),
    "proof": N_("proof"),
    "settings": N_("Settings"),
    "keys": N_("keys for programs"),
    "users": N_("users"),
}
"""What stands behind a code, where the code is one thing."""
_STEPS: Final = {
    "ticket": {
        "ticket-read-back": N_("Record the read-back"),
        "ticket-bounce": N_("Send it back"),
        "ticket-rewrite": N_("Rewrite it"),
        "ticket-accept": N_("Accept it"),
        "ticket-escalate": N_("Escalate"),
        "ticket-judge": N_("Say whose problem it is"),
        "ticket-dismiss": N_("Dismiss"),
    },
    "work-order": {
        "work-order-unclear": N_("Report it unclear"),
        "work-order-sign": N_("Have it signed"),
    },
    "promises": {
        "promise-confirm": N_("Confirm"),
        "promise-dismiss": N_("It is no promise"),
        "promise-keep": N_("It was kept"),
        "promise-extend": N_("Give it more time"),
        "promise-withdraw": N_("Take it back"),
        "promise-dispute": N_("The customer sees it otherwise"),
        "promise-fail": N_("It was not kept"),
        "promise-slip": N_("Make the proof slip"),
    },
    "request": {
        "request-ask": N_("Record that somebody asks"),
        "request-asked": N_("Record that somebody asks"),
        "request-preview": N_("What the paper will show"),
        "request-acknowledge": N_("Acknowledge it"),
        "request-verify": N_("Record who it is"),
        "request-extend": N_("Take more time"),
        "request-withhold": N_("Withhold"),
        "request-restore": N_("Give it free"),
        "request-dispute": N_("Put the customer's words beside a statement"),
        "request-compile": N_("Make the record"),
        "request-check": N_("I have read what is withheld"),
        "request-approve": N_("Approve"),
        "request-link": N_("Make a link"),
        "request-mail": N_("Send it by e-mail"),
        "request-post": N_("Send it by e-mail"),
        "request-print": N_("Download it for printing"),
        "request-handed": N_("It was posted or given into their hand"),
        "request-release": N_("Hand it over"),
        "request-collect": N_("Collect it"),
        "request-refuse": N_("Refuse"),
        "request-review": N_("Open it again for review"),
    },
    "record": {"record-made": N_("Make it")},
    "outbox": {"letter-send": N_("Send it by e-mail"), "letter-settle": N_("Say what became of it")},
    "authority": {"authority-renewal": N_("Give it more time")},
    "search": {
        "search-saved": N_("Save the search"),
        "search-remarked": N_("Note on it"),
        "search-drawn": N_("Draw a sample"),
        "search-exported": N_("What will be handed over"),
    },
    "searches": {"search-changed": N_("Change"), "search-dropped": N_("Give it up")},
    "levels": {"levels-live": N_("As it stands now"), "levels-issued": N_("Issue as a report")},
    "reviews": {
        "review-drawn": N_("Draw a sample"),
        "review-marked": N_("Record the review"),
        "review-disputed": N_("Dispute it"),
        "review-answered": N_("Answer the dispute"),
    },
    "imports": {
        "import-brought": N_("Bring in files"),
        "sample-brought": N_("Bring in a made-up company to try things with"),
        "import-retried": N_("Try the refused items again"),
        "items-sent": N_("send items"),
    },
    "customer": {"customer-access": N_("who looked")},
    "holds": {"hold-placed": N_("Place a hold"), "hold-released": N_("Release the hold")},
    "retention": {"retention-set": N_("Set a class")},
    "disposal": {"disposal-asked": N_("Ask for it to go")},
    "erasures": {
        "erasure-asked": N_("Ask for an erasure"),
        "erasure-identified": N_("Record how it is known who asks"),
        "erasure-refused": N_("Refuse"),
        "erasure-executed": N_("Erase for ever"),
    },
    "log": {"log-verified": N_("Check everything"), "checkpoint": N_("Checkpoints")},
    "keys": {"key-made": N_("Make a key"), "key-ended": N_("End")},
    "users": {
        "user-added": N_("Register somebody"),
        "user-secret": N_("New password"),
        "user-retired": N_("Retire"),
    },
}
"""Steps somebody was turned away from, as their buttons say them, under what they are about."""
_ABOUT: Final = {step: (about, label) for about, steps in _STEPS.items() for step, label in steps.items()}
_PROGRAM: Final = "api"


def looked_at(say: Wording, code: str) -> Markup:
    """Say what a code stands for; one that nobody knows any more stays as it is."""
    if code in WHAT:
        return say(WHAT[code])
    if code in _ABOUT:
        about, label = _ABOUT[code]
        return say(WHAT[about]) + " · " + say(label)
    program, _, route = code.partition(" ")
    if program == _PROGRAM:
        return say("a program") + " · " + looked_at(say, route) if route else say("a program")
    return escape(code)
