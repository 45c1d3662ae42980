"""Who may see what of an order: role by purpose by action by relation to the order by kind of field. One table, pure.

Which role may act at all stands in permissions.py. Here stands what an answer may then hold: what is not in the
table is not opened (`sight.py`) and is absent from the answer, not blank. tests/golden/access-fields.txt prints every
cell; granted.py reads them. The relation follows from facts (relations.py), and the purpose from the route; a check
states its own, and it is recorded.
"""

from typing import Final

from registry.access.fields import Field
from registry.access.grants import Line, line
from registry.access.permissions import Action
from registry.access.relations import Relation
from registry.values.check import CheckPurpose
from registry.values.institution import Role
from registry.values.look import LookPurpose

_DESKS: Final = (Role.COURT, Role.EXECUTING_AUTHORITY)
_SERVING: Final = (Role.SERVING_AUTHORITY,)
_TOLD: Final = (Relation.ISSUING, Relation.INFORMED)
_NEAR: Final = (*_TOLD, Relation.EXECUTING)
"""What a desk can be to an order that it knows of."""
AT_THE_DOOR: Final = (CheckPurpose.AT_THE_SCENE, CheckPurpose.DISPATCH)
AT_A_DESK: Final = (CheckPurpose.COURT_REGISTRATION,)
_IN_A_CASE: Final = (CheckPurpose.INVESTIGATION,)
_BOTH: Final = (CheckPurpose.INVESTIGATION, CheckPurpose.PROTECTED_PERSON_SAFETY)
_TELLING_APART: Final = (Field.RESPONDENT_IDENTITY, Field.PROTECTED_INITIALS)
_NOTICE: Final = "What was sent, and how far it has come; names travel in the order, not in its notice."
_HIT: Final = "Whether the order stands; of whom it is, both sides have from where they first met it."
_BREACH: Final = "Who acts on a breach has to know which acts, when, and what they break."
_HANDED_IN: Final = "It wrote this, or made the order, and has to show what was handed in; all that stands in it shows."
_ERASED: Final = "A certificate of erasure that named the person would undo it."

LINES: Final[tuple[Line, ...]] = (
    line(
        Action.READ_ORDER,
        LookPurpose.CASE_HANDLING,
        _DESKS,
        (Relation.ISSUING,),
        "It keeps the case: who is bound, and the protected person by initials, for the file has the name.",
        Field.CASE_NUMBER,
        *_TELLING_APART,
    ),
    line(
        Action.READ_ORDER,
        LookPurpose.CASE_HANDLING,
        _DESKS,
        (Relation.EXECUTING,),
        "It names both in a measure of its own (Directive 2011/99/EU Art 7(a), (h)); it need not know where they live.",
        Field.CASE_NUMBER,
        Field.RESPONDENT_IDENTITY,
        Field.PROTECTED_IDENTITY,
    ),
    line(
        Action.READ_ORDER,
        LookPurpose.CASE_HANDLING,
        (*_DESKS, *_SERVING),
        (Relation.INFORMED,),
        "It was told of the order and decides nothing on it: codes and references tell all it needs.",
    ),
    line(
        Action.READ_ORDER,
        LookPurpose.CASE_HANDLING,
        _SERVING,
        (Relation.SERVING,),
        "It has to find the respondent and hand over papers of this case. Whom they protect stands in the papers.",
        Field.CASE_NUMBER,
        Field.RESPONDENT_IDENTITY,
        Field.RESPONDENT_ADDRESS,
    ),
    line(
        Action.READ_ORDER,
        LookPurpose.CASE_HANDLING,
        _SERVING,
        (Relation.ISSUING,),
        "Service is done: it answers for what it recorded, of whom and in which case, and needs no address for that.",
        Field.CASE_NUMBER,
        Field.RESPONDENT_IDENTITY,
    ),
    line(
        Action.PREVIEW_ORDER,
        LookPurpose.REGISTRATION,
        _DESKS,
        (Relation.QUERYING,),
        "Before it enters an order it is told which others are of the same persons; who they are stands in its file.",
    ),
    line(Action.READ_DOCUMENT, LookPurpose.CASE_HANDLING, _DESKS, (Relation.AUTHOR,), _HANDED_IN, Field.DOCUMENT),
    line(
        Action.CHECK,
        (*AT_THE_DOOR, *_BOTH),
        (Role.POLICE,),
        (Relation.QUERYING,),
        "An officer tells one person from another: the respondent by name and birth date, the protected by initials.",
        *_TELLING_APART,
    ),
    line(
        Action.CHECK,
        _IN_A_CASE,
        (Role.PROSECUTOR,),
        (Relation.QUERYING,),
        "Whether an order stood makes an act an offence: whom it binds by name, who is protected by initials.",
        *_TELLING_APART,
    ),
    line(
        Action.CHECK,
        (*AT_THE_DOOR, *AT_A_DESK, CheckPurpose.PROTECTED_PERSON_SAFETY),
        (Role.PROSECUTOR,),
        (Relation.QUERYING,),
        "Who prosecutes meets nobody, enters nothing and sends nobody: it is told how the order stands.",
    ),
    line(
        Action.CHECK,
        AT_A_DESK,
        (Role.POLICE,),
        (Relation.QUERYING,),
        "Registering is a court's work: the police are told how the order stands.",
    ),
    line(
        Action.CHECK,
        (*AT_A_DESK, *_BOTH),
        _DESKS,
        (Relation.QUERYING,),
        "A desk makes sure that the order is about who stands in its own file.",
        *_TELLING_APART,
    ),
    line(
        Action.CHECK,
        AT_THE_DOOR,
        _DESKS,
        (Relation.QUERYING,),
        "A desk meets nobody at a door: it is told how the order stands.",
    ),
    line(
        Action.READ_NOTICE,
        LookPurpose.NOTICE_HANDLING,
        _DESKS,
        _NEAR,
        _NOTICE,
        Field.TRANSPORT,
    ),
    line(
        Action.READ_NOTICE,
        LookPurpose.NOTICE_HANDLING,
        (Role.POLICE, Role.PROSECUTOR, Role.OPERATOR),
        _TOLD,
        _NOTICE,
        Field.TRANSPORT,
    ),
    line(
        Action.READ_HIT_CONFIRMATION,
        LookPurpose.HIT_CONFIRMATION,
        _DESKS,
        (*_NEAR, Relation.QUERYING),
        _HIT,
    ),
    line(
        Action.READ_HIT_CONFIRMATION,
        LookPurpose.HIT_CONFIRMATION,
        (Role.POLICE,),
        (*_TOLD, Relation.QUERYING),
        _HIT,
    ),
    line(Action.READ_HIT_CONFIRMATION, LookPurpose.HIT_CONFIRMATION, (Role.OPERATOR,), _TOLD, _HIT),
    line(
        Action.READ_ALERTS,
        LookPurpose.BREACH_HANDLING,
        _DESKS,
        (*_NEAR, Relation.QUERYING),
        _BREACH,
        Field.REPORTED_ACTS,
    ),
    line(
        Action.READ_ALERTS,
        LookPurpose.BREACH_HANDLING,
        (Role.POLICE,),
        (*_TOLD, Relation.QUERYING),
        _BREACH,
        Field.REPORTED_ACTS,
    ),
    line(
        Action.READ_ALERTS,
        LookPurpose.BREACH_HANDLING,
        (Role.PROSECUTOR,),
        _TOLD,
        "A breach that was reported to it is its case: which acts, when, and what they break.",
        Field.REPORTED_ACTS,
    ),
    line(
        Action.READ_ALERTS,
        LookPurpose.BREACH_HANDLING,
        (Role.OPERATOR, Role.SUPERVISOR, *_SERVING),
        _TOLD,
        "It sees that an alert found its way, and not of what acts: they are data of offences.",
    ),
    line(
        Action.ISSUE_CARD,
        LookPurpose.CARD_ISSUE,
        _DESKS,
        (Relation.ISSUING,),
        "The card names both, for an officer without a network; no address, no place and no text is on it.",
        Field.RESPONDENT_IDENTITY,
        Field.PROTECTED_IDENTITY,
    ),
    line(
        Action.ERASE_PERSON,
        LookPurpose.ERASURE,
        _DESKS,
        (Relation.ISSUING,),
        "Who is forgotten is a reference: a name would be one copy more.",
    ),
    line(
        Action.READ_ERASURE,
        LookPurpose.ERASURE,
        _DESKS,
        (*_NEAR, Relation.QUERYING),
        _ERASED,
    ),
    line(
        Action.READ_ERASURE,
        LookPurpose.ERASURE,
        (*_SERVING, Role.POLICE, Role.PROSECUTOR),
        (*_TOLD, Relation.QUERYING),
        _ERASED,
    ),
    line(
        Action.READ_LOOKS,
        LookPurpose.ACCOUNT_OF_LOOKS,
        (Role.COURT,),
        (Relation.ISSUING,),
        "Who looked, when and why; what they saw is told in kinds of field.",
    ),
    line(
        Action.READ_REPRESENTED_LOOKS,
        LookPurpose.ACCOUNT_OF_LOOKS,
        (Role.ADVOCATE,),
        (Relation.REPRESENTING,),
        "It asks for the protected person what that person may know: who looked. It has no other way to the order.",
    ),
    line(
        Action.READ_REPRESENTATIONS,
        LookPurpose.CASE_HANDLING,
        (Role.COURT,),
        (Relation.ISSUING,),
        "It answers for who acts for whom: references alone.",
    ),
    line(
        Action.BREAK_GLASS,
        LookPurpose.BREAK_GLASS,
        (*_DESKS, *_SERVING, Role.POLICE),
        (Relation.EMERGENCY,),
        "A life is in danger: whom the order is about, and what it says.",
        Field.CASE_NUMBER,
        Field.RESPONDENT_IDENTITY,
        Field.PROTECTED_IDENTITY,
    ),
    line(
        Action.BREAK_GLASS,
        LookPurpose.BREAK_GLASS,
        (Role.POLICE,),
        (Relation.EMERGENCY_AT_A_PLACE,),
        "Help that does not know where to go does not arrive; who does not drive there need not know.",
        Field.RESPONDENT_ADDRESS,
        Field.PROTECTED_ADDRESS,
    ),
    line(
        Action.REVIEW_GLASS,
        LookPurpose.BREAK_GLASS_REVIEW,
        (Role.SUPERVISOR,),
        (Relation.REVIEWING,),
        "A second person weighs what the officer stated; whom the order is about is not needed for that.",
        Field.STATEMENT,
    ),
)
