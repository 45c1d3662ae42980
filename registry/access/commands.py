"""By which actions a command may come at all, before anything is read: one line a command."""

from typing import Final

from registry.access.actors import Principal
from registry.access.permissions import Action, permit
from registry.commands import account as account_commands
from registry.commands import card as card_commands
from registry.commands import conflict as conflict_commands
from registry.commands import contact as contact_commands
from registry.commands import disclosure as disclosure_commands
from registry.commands import document as document_commands
from registry.commands import duty as duty_commands
from registry.commands import erasure as erasure_commands
from registry.commands import glass as glass_commands
from registry.commands import hit as hit_commands
from registry.commands import institution as institution_commands
from registry.commands import issuance as issuance_commands
from registry.commands import keylist as keylist_commands
from registry.commands import look as look_commands
from registry.commands import notice as notice_commands
from registry.commands import officer as officer_commands
from registry.commands import party as party_commands
from registry.commands import recognition as recognition_commands
from registry.commands import representation as representation_commands
from registry.commands import service as service_commands
from registry.commands import violation as violation_commands
from registry.errors import NotPermitted

_ACTIONS: Final[dict[type, tuple[Action, ...]]] = {
    issuance_commands.EnterOrder: (Action.ENTER_ORDER, Action.IMPORT_FEED),
    issuance_commands.VaryOrder: (Action.CHANGE_ORDER,),
    issuance_commands.ExtendOrder: (Action.CHANGE_ORDER,),
    issuance_commands.SuspendOrder: (Action.CHANGE_ORDER,),
    issuance_commands.ReinstateOrder: (Action.CHANGE_ORDER,),
    issuance_commands.RevokeOrder: (Action.CHANGE_ORDER,),
    issuance_commands.CorrectOrder: (Action.CORRECT_ORDER,),
    issuance_commands.IssueCertificate: (Action.CERTIFY_ORDER,),
    issuance_commands.WithdrawCertificate: (Action.CERTIFY_ORDER,),
    issuance_commands.DeclareOrder: (Action.DECLARE_ORDER,),
    issuance_commands.RegisterOrder: (Action.REGISTER_ORDER,),
    issuance_commands.AdjustOrder: (Action.ADJUST_ORDER,),
    service_commands.RecordAttempt: (Action.RECORD_SERVICE, Action.IMPORT_FEED),
    service_commands.RecordService: (Action.RECORD_SERVICE, Action.IMPORT_FEED),
    notice_commands.IssueNotice: (Action.RUN_REGISTRY,),
    notice_commands.AcknowledgeNotice: (Action.ACKNOWLEDGE_NOTICE,),
    notice_commands.RejectNotice: (Action.ACKNOWLEDGE_NOTICE,),
    notice_commands.RecordEvidence: (Action.RECORD_EVIDENCE,),
    notice_commands.ReceiveContainer: (Action.RECORD_EVIDENCE,),
    notice_commands.NoteTransportTimeout: (Action.RUN_REGISTRY,),
    recognition_commands.AskRecognition: (Action.ASK_RECOGNITION,),
    recognition_commands.ApplyForRefusal: (Action.APPLY_FOR_REFUSAL,),
    recognition_commands.RequestSupplement: (Action.DECIDE_RECOGNITION,),
    recognition_commands.SupplementRecognition: (Action.DECIDE_RECOGNITION,),
    recognition_commands.GrantRecognition: (Action.DECIDE_RECOGNITION,),
    recognition_commands.RefuseRecognition: (Action.DECIDE_RECOGNITION,),
    recognition_commands.DiscontinueRecognition: (Action.DECIDE_RECOGNITION,),
    violation_commands.ReportViolation: (Action.REPORT_VIOLATION,),
    violation_commands.RaiseAlert: (Action.RUN_REGISTRY,),
    violation_commands.AcknowledgeAlert: (Action.ACKNOWLEDGE_ALERT,),
    violation_commands.ResolveViolation: (Action.RESOLVE_VIOLATION,),
    party_commands.LinkParties: (Action.LINK_PARTIES,),
    party_commands.UnlinkParties: (Action.LINK_PARTIES,),
    erasure_commands.EraseParty: (Action.ERASE_PERSON,),
    erasure_commands.EraseFormer: (Action.ERASE_PERSON,),
    erasure_commands.EraseQueries: (Action.RUN_REGISTRY,),
    document_commands.SupplyDocument: (Action.SUPPLY_DOCUMENT, Action.IMPORT_FEED),
    duty_commands.OpenDuty: (Action.RUN_REGISTRY,),
    duty_commands.NoteOverdue: (Action.RUN_REGISTRY,),
    duty_commands.DischargeDuty: (Action.DISCHARGE_DUTY,),
    duty_commands.LapseDuty: (Action.RUN_REGISTRY,),
    duty_commands.ReviveDuty: (Action.RUN_REGISTRY,),
    hit_commands.AskHitConfirmation: (Action.ASK_HIT_CONFIRMATION,),
    hit_commands.AskHitConfirmationAgain: (Action.RUN_REGISTRY,),
    hit_commands.AnswerHitConfirmation: (Action.ANSWER_HIT_CONFIRMATION,),
    disclosure_commands.AskDisclosure: (Action.ASK_DISCLOSURE,),
    look_commands.DelayLooks: (Action.DELAY_LOOKS,),
    look_commands.LiftLookDelay: (Action.DELAY_LOOKS,),
    representation_commands.RecordRepresentation: (Action.RECORD_REPRESENTATION,),
    representation_commands.EndRepresentation: (Action.RECORD_REPRESENTATION,),
    glass_commands.BreakGlass: (Action.BREAK_GLASS,),
    glass_commands.AcknowledgeGlass: (Action.ACKNOWLEDGE_GLASS,),
    glass_commands.ReviewGlass: (Action.REVIEW_GLASS,),
    glass_commands.AlertGlassAgain: (Action.RUN_REGISTRY,),
    glass_commands.NoteReviewOverdue: (Action.RUN_REGISTRY,),
    keylist_commands.RecordKeyList: (Action.RUN_REGISTRY,),
    keylist_commands.ProposeKeyWithdrawal: (Action.PROPOSE_KEY_WITHDRAWAL,),
    keylist_commands.ConfirmKeyWithdrawal: (Action.CONFIRM_KEY_WITHDRAWAL,),
    card_commands.OpenStatusList: (Action.RUN_REGISTRY,),
    card_commands.IssueCard: (Action.ISSUE_CARD,),
    card_commands.WithdrawCard: (Action.ISSUE_CARD,),
    card_commands.PublishStatusList: (Action.RUN_REGISTRY,),
    contact_commands.RequestMessage: (Action.RUN_REGISTRY,),
    contact_commands.RecordHandOver: (Action.RUN_REGISTRY,),
    contact_commands.RecordMessageFailure: (Action.RUN_REGISTRY,),
    institution_commands.FoundDirectory: (Action.RUN_REGISTRY,),
    institution_commands.ProposeChange: (Action.GOVERN_INSTITUTIONS,),
    institution_commands.ConfirmChange: (Action.GOVERN_INSTITUTIONS,),
    institution_commands.WithdrawChange: (Action.GOVERN_INSTITUTIONS,),
    institution_commands.SuspendAtOnce: (Action.GOVERN_INSTITUTIONS,),
    institution_commands.AddOwnKey: (Action.KEEP_OWN_KEYS,),
    institution_commands.RetireOwnKey: (Action.KEEP_OWN_KEYS,),
    institution_commands.MarkOwnKeyCompromised: (Action.KEEP_OWN_KEYS,),
    institution_commands.DoubtFact: (Action.RUN_REGISTRY,),
    institution_commands.ConfirmFacts: (Action.ANSWER_FOR_OWN_FACTS,),
    conflict_commands.NoteConflict: (Action.RUN_REGISTRY,),
    conflict_commands.AlertConflictAgain: (Action.RUN_REGISTRY,),
    conflict_commands.AcknowledgeConflict: (Action.ACKNOWLEDGE_GLASS,),
    officer_commands.EnrolOfficer: (Action.MANAGE_ACCOUNTS,),
    officer_commands.EndOfficer: (Action.MANAGE_ACCOUNTS,),
    account_commands.InviteAccount: (Action.MANAGE_ACCOUNTS,),
    account_commands.LockAccount: (Action.MANAGE_ACCOUNTS,),
    account_commands.UnlockAccount: (Action.MANAGE_ACCOUNTS,),
    account_commands.EndAccount: (Action.MANAGE_ACCOUNTS,),
}
"""By which permissions a command may come at all; one of them is enough to be looked at further."""


def permit_command(command: object, principal: Principal) -> None:
    """Permit a command by the role alone, before anything is read; raises `NotPermitted`."""
    refused: NotPermitted | None = None
    for action in _ACTIONS[type(command)]:
        try:
            permit(principal, action)
        except NotPermitted as fault:
            refused = refused or fault
        else:
            return
    raise refused or NotPermitted("role-not-permitted")
