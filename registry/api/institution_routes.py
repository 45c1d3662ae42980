"""The lines of the route table for institutions: who takes part, what two persons change, keys, facts in doubt."""

from dataclasses import replace
from typing import Final

from registry.access.permissions import Action
from registry.api import institution_answers as answers
from registry.api import institution_models as models
from registry.api import institutions as asked
from registry.api.lines import KEY, LIMIT, read, write
from registry.api.route import Parameter, Route

PROPOSAL: Final = "/v1/institution-changes/{proposal_ref}"
_INSTITUTION: Final = Parameter(
    name="institution",
    pattern=r"[a-z0-9][a-z0-9-]{1,63}",
    description="Id of an institution.",
    example="fr-tj-lille",
)
_KEY: Final = Parameter(
    name="key_id", pattern=models.KEY_PATTERN, description="Id of a key of one's own.", example="2026-1"
)


def _placed(route: Route, place: Parameter) -> Route:
    return replace(route, place=place)


_TWO_PERSONS: Final = ("key-not-signing", "person-needed", "outside-own-jurisdiction")
_CHANGE: Final = (
    "change-incomplete",
    "nothing-to-change",
    "rights-incomplete",
    "institution-enrolled",
    "institution-ended",
    "key-in-use",
    "key-times-implausible",
    "too-many",
    "nobody-would-govern",
    "too-many-proposals",
)
INSTITUTION_ROUTES: Final[tuple[Route, ...]] = (
    read(
        "/v1/institutions",
        asked.institutions,
        answers.InstitutionPage,
        "Who takes part and who did, with rights and keys.",
        Action.READ_INSTITUTIONS,
        parameters=(KEY, LIMIT),
    ),
    _placed(
        read(
            "/v1/institutions/{institution}",
            asked.institution,
            answers.ShownInstitution,
            "An institution with its rights and every key it ever had.",
            Action.READ_INSTITUTIONS,
        ),
        _INSTITUTION,
    ),
    read(
        "/v1/institution-changes",
        asked.proposals,
        answers.ProposalPage,
        "Changes that wait for a second person, soonest to expire first.",
        Action.READ_INSTITUTION_CHANGES,
    ),
    write(
        "/v1/institution-changes",
        Action.GOVERN_INSTITUTIONS,
        models.ChangeProposal,
        asked.propose,
        answers.ProposalReceipt,
        "Propose a change: it counts when another person has confirmed it, within seven days.",
        *_TWO_PERSONS,
        *_CHANGE,
        "no-such-key",
        "no-such-institution",
        absent="not-found",
        status=201,
    ),
    write(
        f"{PROPOSAL}/confirmation",
        Action.GOVERN_INSTITUTIONS,
        models.ChangeConfirmation,
        asked.confirm,
        answers.DirectoryReceipt,
        "Confirm a change as the second person: another officer, another key, another institution where there is one.",
        *_TWO_PERSONS,
        "second-person-needed",
        "other-institution-needed",
        "digest-differs",
        "proposal-expired",
        "proposal-void",
        "proposal-outdated",
        *_CHANGE,
        absent="no-such-proposal",
    ),
    write(
        f"{PROPOSAL}/withdrawal",
        Action.GOVERN_INSTITUTIONS,
        models.ChangeWithdrawal,
        asked.withdraw,
        answers.DirectoryReceipt,
        "Take a change off the table; an emergency suspension is taken back by whoever said it.",
        *_TWO_PERSONS,
        "second-person-needed",
        "proposal-expired",
        absent="no-such-proposal",
    ),
    write(
        "/v1/emergency-suspensions",
        Action.GOVERN_INSTITUTIONS,
        models.EmergencySuspension,
        asked.suspend,
        answers.ProposalReceipt,
        "Suspend an institution at once, alone; it lapses after 72 hours unless a second person confirms it.",
        *_TWO_PERSONS,
        "emergency-used",
        "institution-ended",
        "nothing-to-change",
        "nobody-would-govern",
        "too-many-proposals",
        "no-such-institution",
        absent="not-found",
        status=201,
    ),
    write(
        "/v1/keys",
        Action.KEEP_OWN_KEYS,
        models.NewKey,
        asked.add_key,
        answers.DirectoryReceipt,
        "Add a key to one's own, signed in with one of them.",
        "key-not-signing",
        "key-in-use",
        "key-times-implausible",
        "too-many",
        absent="not-found",
        status=201,
    ),
    _placed(
        write(
            "/v1/keys/{key_id}/retirement",
            Action.KEEP_OWN_KEYS,
            models.KeyRetirement,
            asked.retire_key,
            answers.DirectoryReceipt,
            "Have a key of one's own sign no more, while another one does.",
            "key-not-signing",
            "last-key",
            absent="no-such-key",
        ),
        _KEY,
    ),
    _placed(
        write(
            "/v1/keys/{key_id}/compromise",
            Action.KEEP_OWN_KEYS,
            models.Since,
            asked.mark_key,
            answers.DirectoryReceipt,
            "Say that a key of one's own is in wrong hands: it signs no more, and what it recorded since is in doubt.",
            "key-not-signing",
            absent="no-such-key",
        ),
        _KEY,
    ),
    read(
        "/v1/doubts",
        asked.doubts,
        answers.DoubtPage,
        "The institution's own facts that a key in wrong hands recorded and that nobody has confirmed.",
        Action.ANSWER_FOR_OWN_FACTS,
    ),
    write(
        "/v1/doubts/confirmation",
        Action.ANSWER_FOR_OWN_FACTS,
        models.FactsConfirmation,
        asked.confirm_facts,
        answers.DirectoryReceipt,
        "Say that one recorded these facts oneself. What is false is revoked or corrected instead.",
        "key-not-signing",
        absent="no-such-fact-in-doubt",
        limit=64,
    ),
)
