from __future__ import annotations

from datetime import UTC, datetime, timedelta

from eventyard.operations.audit import Call, Observation, Role, Statement, Unsigned, Unused, compare

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
ROLE = "arn:aws:iam::000000000000:role/worker"
QUEUE, OTHER = "arn:aws:sqs:eu-west-1:000000000000:jobs", "arn:aws:sqs:eu-west-1:000000000000:other"
SEND = Statement("grants#Send", "Allow", actions=("sqs:SendMessage",), resources=(QUEUE,))


def role(*statements, services=("lambda.amazonaws.com",), arn=ROLE):
    return Role("module.stack.module.worker.aws_iam_role.this", arn, frozenset(services), statements)


def call(action="sqs:SendMessage", resource=QUEUE, decision="allowed", by=(), at=1, principal=ROLE):
    return Call(BEGAN + timedelta(seconds=at), principal, action, resource, decision, by)


def compared(roles, *calls, **settings):
    return compare(roles, Observation(BEGAN, calls), **settings)


def found(*calls, statements=(SEND,), **settings):
    return compared([role(*statements)], *calls, **settings)


def test_a_grant_that_was_used_is_no_finding():
    audit = found(call())
    assert (audit.unused, audit.wider, audit.denied, audit.unseen) == ((), (), (), ())
    assert (audit.calls, audit.roles) == (1, 1)


def test_a_grant_nobody_used_is_named_by_module_policy_and_sid():
    assert found().unused == (Unused("module.worker", "grants#Send", ("sqs:SendMessage",), (QUEUE,)),)


def test_what_another_role_or_the_root_did_uses_nothing():
    audit = found(call(principal=f"{ROLE}-2"), call(principal="arn:aws:iam::000000000000:root"))
    assert len(audit.unused) == 1
    assert audit.calls == 0


def test_a_denied_call_uses_nothing():
    assert found(call(decision="implicitly denied")).unused


def test_a_call_on_another_resource_uses_nothing():
    assert found(call(resource=OTHER)).unused


def test_parts_of_a_used_statement_that_nothing_came_of_are_told_apart():
    statement = Statement("p#0", "Allow", actions=("sqs:Send*", "sqs:Receive*"), resources=(QUEUE, OTHER))
    audit = found(call(), statements=[statement])
    assert audit.unused == ()
    assert audit.wider == (
        Unused("module.worker", "p#0", ("sqs:Receive*",), (QUEUE, OTHER)),
        Unused("module.worker", "p#0", ("sqs:Send*",), (OTHER,)),
    )


def test_patterns_of_actions_and_resources_are_used_by_what_they_match():
    statement = Statement("p#0", "Allow", actions=("SQS:send*",), resources=("arn:aws:sqs:*:*:job?",))
    audit = found(call(), statements=[statement])
    assert (audit.unused, audit.wider) == ((), ())


def test_a_policy_variable_stands_for_any_name():
    statement = Statement("p#0", "Allow", actions=("s3:GetObject",), resources=("arn:aws:s3:::home/${aws:username}/*",))
    audit = found(call("s3:GetObject", "arn:aws:s3:::home/ann/x"), statements=[statement])
    assert (audit.unused, audit.wider) == ((), ())


def test_everything_but_some_is_used_by_any_other_call():
    statement = Statement("p#0", "Allow", not_actions=("iam:*",), not_resources=(OTHER,))
    assert found(call(), statements=[statement]).unused == ()
    assert found(call(), statements=[statement]).wider == ()
    [unused] = found(call("iam:GetUser", "*"), call(resource=OTHER), statements=[statement]).unused
    assert (unused.actions, unused.resources) == (("not iam:*",), (f"not {OTHER}",))


def test_a_statement_with_conditions_is_used_only_where_the_emulator_says_so():
    tagged = Statement("p#Tagged", "Allow", actions=("sqs:SendMessage",), resources=("*",), conditional=True)
    assert found(call(by=("p#Other",)), statements=[tagged]).unused
    assert found(call(by=("p#Other", "p#Tagged")), statements=[tagged]).unused == ()


def test_two_statements_that_allow_the_same_call_are_both_used():
    twice = Statement("p#Again", "Allow", actions=("sqs:*",), resources=("*",))
    assert found(call(), statements=[SEND, twice]).unused == ()


def test_a_denial_is_no_grant():
    never = Statement("p#Never", "Deny", actions=("sqs:DeleteQueue",), resources=("*",))
    assert found(call(), statements=[SEND, never]).unused == ()


# Denied


def test_denied_calls_are_counted_with_the_last_moment():
    audit = found(*(call("sns:Publish", "*", "implicitly denied", at=at) for at in (3, 9, 5)))
    [denied] = audit.denied
    assert (denied.role, denied.action, denied.resource, denied.by) == ("module.worker", "sns:Publish", "*", ())
    assert (denied.times, denied.last) == (3, BEGAN + timedelta(seconds=9))
    assert audit.settled == ()


def test_a_denial_says_which_statement_denied():
    never = Statement("p#Never", "Deny", actions=("sqs:*",), resources=("*",))
    audit = found(call(decision="explicitly denied", by=("p#Never",)), statements=[SEND, never])
    assert [one.by for one in audit.denied] == [("p#Never",)]


def test_what_the_policies_allow_by_now_is_settled():
    audit = found(call(decision="implicitly denied"))
    assert audit.denied == ()
    assert [one.action for one in audit.settled] == ["sqs:SendMessage"]


def test_what_a_later_call_was_allowed_is_settled():
    tagged = Statement("p#Tagged", "Allow", actions=("sqs:SendMessage",), resources=("*",), conditional=True)
    refused, allowed = call(decision="implicitly denied", at=5), call(by=("p#Tagged",), at=6)
    assert found(refused, allowed, statements=[tagged]).denied == ()
    assert found(allowed, call(decision="implicitly denied", at=7), statements=[tagged]).denied


def test_a_condition_or_a_denial_may_deny_again():
    conditional = Statement("p#0", "Allow", actions=("sqs:*",), resources=("*",), conditional=True)
    never = Statement("p#1", "Deny", actions=("sqs:SendMessage",), resources=("*",), conditional=True)
    for statements in ([conditional], [SEND, never]):
        assert found(call(decision="implicitly denied"), statements=statements).denied


# Not seen

POLLER = Unsigned("lambda.amazonaws.com", ("sqs:ReceiveMessage",), "Lambda polls", named_by=("mapping",))
RECEIVE = Statement("sources#Jobs", "Allow", actions=("sqs:ReceiveMessage",), resources=(QUEUE,))


def test_what_the_service_does_unsigned_is_listed_with_the_reason_and_is_no_finding():
    audit = found(statements=[RECEIVE], unsigned=[POLLER], named={"mapping": frozenset({QUEUE})})
    assert audit.unused == ()
    assert [(one.actions, one.reason) for one in audit.unseen] == [(("sqs:ReceiveMessage",), "Lambda polls")]


def test_without_the_resource_that_makes_the_service_do_it_the_grant_is_the_codes():
    assert found(statements=[RECEIVE], unsigned=[POLLER], named={"mapping": frozenset({OTHER})}).unused
    assert found(statements=[RECEIVE], unsigned=[POLLER]).unused


def test_another_services_role_is_not_excused():
    named = {"mapping": frozenset({QUEUE})}
    assert compared([role(RECEIVE, services=["ec2.amazonaws.com"])], unsigned=[POLLER], named=named).unused


def test_a_service_is_excused_only_for_roles_that_it_takes():
    api = Unsigned("lambda.amazonaws.com", ("*",), "called", taken_by=("api",))
    assert found(unsigned=[api], named={"api": frozenset({f'{{"credentials": "{ROLE}"}}'})}).unused == ()
    assert found(unsigned=[api], named={"api": frozenset({"arn:aws:iam::1:role/x"})}).unused


def test_what_stands_beside_the_services_part_still_counts():
    statement = Statement("p#0", "Allow", actions=("sqs:ReceiveMessage", "sqs:PurgeQueue"), resources=(QUEUE,))
    audit = found(statements=[statement], unsigned=[POLLER], named={"mapping": frozenset({QUEUE})})
    assert [one.actions for one in audit.wider] == [("sqs:PurgeQueue",)]
