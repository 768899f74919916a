from datetime import date, datetime

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .test_verification import VerificationCommon

FILED = datetime(2026, 5, 4, 10)
DUE = datetime(2026, 5, 11, 17)  # the reply: five working days later
NOW = datetime(2026, 7, 15, 10)
MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)


class ObjectiveCommon(VerificationCommon):
    """Complaints are filed on Monday, May 4; working hours are 8 to 12 and 13 to 17, Monday to Friday.

    What is promised: review in one working day, resolve in four, reply in five.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.complaint.sudo().milestone_ids.active = False  # filed today, whatever day that is
        objectives = cls.env["quality.objective"].search([("company_id", "=", cls.company.id)])
        cls.objectives = {objective.measure: objective for objective in objectives}

    def _file(self, state="reply", moment=FILED, **values):
        with self.at(moment):
            complaint = self._create_complaint(**values)
            if state in ("reply", "follow_up", "closed"):
                self._move_to(complaint, "investigation")
                self.env.flush_all()
                complaint.with_user(self.handler).write({"handling_opinion": "Replace and sort", "analysis": "Rain during transport"})
                complaint.demand_ids.with_user(self.handler).write({"answer": "New sets were sent", "outcome": "granted"})
                complaint.with_user(self.handler).action_resolve()
            if state in ("follow_up", "closed"):
                self._reply(complaint, moment)
            if state == "closed":
                self._answer(complaint, "yes")
            if state not in ("reply", "follow_up", "closed"):
                self._move_to(complaint, state)
            self.env.flush_all()
            return complaint

    def _reply(self, complaint, moment):
        with self.at(moment):
            complaint.with_user(self.sales_manager).action_approve_reply()
            self._send_reply(complaint)
            self.env.flush_all()

    def _resolve_again(self, complaint, moment):
        """In another round."""
        with self.at(moment):
            handled = complaint.with_user(self.handler)
            handled.write({"handling_opinion": "Once more", "analysis": "Damp boxes"})
            handled.action_resolve()

    def _answer_at(self, complaint, moment, satisfied, **values):
        with self.at(moment):
            follow_up = self.env["quality.complaint.follow.up"].with_user(self.rep).create({
                "complaint_id": complaint.id, "satisfied": satisfied, "remark": "As the customer said", **values,
            })
            follow_up.action_confirm()

    def _get_step(self, complaint, step):
        return complaint.sudo().milestone_ids.filtered(lambda milestone: milestone.step == step)

    def _get_rows(self, measure, moment=NOW, user=None):
        with self.at(moment):
            self.env.invalidate_all()
            rows = self.env["quality.objective.result"].with_user(user or self.handler).search(
                [("objective_id", "=", self.objectives[measure].id)], order="month, id",
            )
            rows.mapped("percent")  # as of that moment
            return rows

    def _get_figures(self, measure, moment=NOW, user=None):
        """[(month, reached, counted)], as the user sees them."""
        return [(row.month, row.numerator, row.denominator) for row in self._get_rows(measure, moment, user)]


@tagged("post_install", "-at_install")
class TestObjectives(ObjectiveCommon):
    # ------------------------------------------------------------ targets
    def test_each_company_has_the_usual_targets(self):
        usual = {"handled": 95, "satisfied": 95, "analysed": 100, "solved": 90}
        self.assertEqual({measure: objective.target for measure, objective in self.objectives.items()}, usual)
        other = self.env["res.company"].create({"name": "Moonlight Tools"})
        theirs = self.env["quality.objective"].search([("company_id", "=", other.id)])
        self.assertEqual({objective.measure: objective.target for objective in theirs}, usual)

    def test_an_update_brings_back_nothing(self):
        other = self.env["res.company"].create({"name": "Moonlight Tools"})
        theirs = self.env["quality.objective"].search([("company_id", "=", other.id)])
        theirs[0].active = False
        theirs[1:].unlink()
        self.env["res.company"]._create_missing_quality_objectives()
        self.assertFalse(theirs.search([("company_id", "=", other.id)]))
        self.assertEqual(len(theirs.search([("company_id", "=", self.company.id)])), 4)

    def test_a_target_is_a_share(self):
        objective = self.objectives["handled"].with_user(self.quality_manager)
        self.env.cr.precommit.run()  # its creation
        for target in (0, 100, 97.5):
            objective.target = target
            self.assertEqual(objective.target, target)
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.assertIn("target", objective.message_ids.sudo().tracking_value_ids.field_id.mapped("name"))
        for target in (100.1, 950, -1):
            with self.subTest(target), self.assertRefused("from 0 to 100", "Handled in Time", error=ValidationError):
                objective.target = target
        with self.assertRaises(AccessError):
            objective.with_user(self.handler).target = 10

    def test_there_is_one_of_each_for_a_company_or_team(self):
        with Form(self.env["quality.objective"].with_user(self.quality_manager)) as form:
            form.measure = "solved"
            form.team_id = self.team
        self.assertEqual((form.record.target, form.record.display_name), (90, "Effectively Solved · Quality"))
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            form.record.copy()
        self.objectives["solved"].active = False
        self.env.flush_all()
        self.objectives["solved"].copy({"active": True})

    def test_what_counts_is_said(self):
        for measure, objective in self.objectives.items():
            with self.subTest(measure):
                counted, reached, left_out = objective.with_user(self.handler).definition.split("\n")
                for text, beginning in ((counted, "Counted: "), (reached, "Reached: "), (left_out, "Not counted: ")):
                    self.assertTrue(text.startswith(beginning), text)
                self.assertIn("merged into another", left_out)

    # ------------------------------------------------------------ in time
    def test_done_at_the_deadline_is_in_time_and_a_second_later_is_not(self):
        for moment, reached in ((DUE, 1), (datetime(2026, 5, 11, 17, 0, 1), 0)):
            complaint = self._file()
            self._reply(complaint, moment)
            with self.subTest(moment):
                self.assertEqual(self._get_figures("handled"), [(MAY, reached, 1)])
            self._cancel(complaint)

    def test_what_is_not_due_counts_when_it_is(self):
        done, _still_open = self._file("follow_up"), self._file()
        self.assertEqual(self._get_figures("handled", DUE), [], "neither what is done early nor what is open")
        self.assertEqual(self._get_figures("handled", datetime(2026, 5, 11, 17, 0, 1)), [(MAY, 1, 2)])
        self.assertEqual(self._get_rows("handled")._get_case_ids(True), self._get_step(done, "reply").ids)

    def test_what_is_open_and_late_is_not_in_time_in_the_month_of_its_deadline(self):
        complaint = self._file(moment=datetime(2026, 5, 28, 10))  # Thursday, so due in June
        self.assertEqual(str(self._get_step(complaint, "reply").date_deadline), "2026-06-04 17:00:00")
        self.assertEqual(self._get_figures("handled"), [(JUNE, 0, 1)])
        self._reply(complaint, datetime(2026, 7, 1, 10))
        self.assertEqual(self._get_figures("handled"), [(JUNE, 0, 1)])

    def test_the_month_is_the_companys(self):
        self.company.resource_calendar_id.tz = "Pacific/Auckland"
        milestone = self._get_step(self._file("follow_up"), "reply")
        milestone.date_deadline = datetime(2026, 5, 31, 12, 30)  # half past midnight there
        self.assertEqual(self._get_figures("handled"), [(JUNE, 1, 1)])
        with self.at(NOW):
            for since, expected in ((JUNE, [(JUNE, 1)]), (JULY, [])):
                months = self.env["quality.objective.result"].with_user(self.quality_manager)._read_group(
                    [("objective_id", "=", self.objectives["handled"].id), ("month", ">=", since)], ["month:month"], ["denominator:sum"],
                )
                self.assertEqual(months, expected, "groups that start with that month")

    def test_while_the_clock_stands_nothing_counts_but_what_was_late_before(self):
        waiting, late, done = self._file("investigation"), self._file("investigation"), self._file()
        for complaint, since in ((waiting, FILED), (done, FILED), (late, datetime(2026, 5, 12, 9))):
            with self.at(since):
                self.env["quality.deadline.pause"].with_user(self.handler).create({"complaint_id": complaint.id, "note": "Which batch?"})
        self.assertEqual(self._get_figures("handled"), [(MAY, 0, 1)], "the one that was late before")
        with self.at(datetime(2026, 5, 20, 10)):
            done.sudo()._complete_milestones("reply")
        self.assertEqual(self._get_figures("handled"), [(MAY, 1, 2)], "done while its clock stood")
        with self.at(datetime(2026, 6, 22, 10)):
            pause = waiting.current_pause_id.with_user(self.rep)
            pause.answer = "Batch 7"
            pause.action_resume()
        due = self._get_step(waiting, "reply").date_deadline
        self.assertGreater(due, datetime(2026, 6, 22, 10))
        self.assertEqual(self._get_figures("handled"), [(MAY, 1, 2), (due.date().replace(day=1), 0, 1)])

    def test_what_fell_away_does_not_count(self):
        cancelled, rejected, kept, merged = self._file("follow_up"), self._file("review"), self._file(), self._file()
        self.assertEqual(self._get_figures("handled")[0][1:], (1, 4))
        with self.at(NOW):
            self._cancel(cancelled)
            managed = rejected.with_user(self.quality_manager)
            managed.write(self._get_rejection())
            managed.action_reject()
            merged.with_user(self.quality_manager)._merge_into(kept.with_user(self.quality_manager))
        for measure in ("handled", "analysed"):
            row = self._get_rows(measure)
            with self.subTest(measure):
                self.assertEqual(self.env["quality.milestone"].browse(row._get_case_ids()).complaint_id, kept)
        with self.at(NOW):
            merged.with_user(self.quality_manager).action_undo_merge()
        self.assertEqual(self._get_figures("handled")[0][1:], (0, 2))

    def test_imported_history_does_not_count(self):
        with self.at(FILED):
            self._create_complaint(self.complaint_admin, date_received="2026-03-02 10:00:00", is_history=True)
        self.assertEqual(self._get_figures("handled"), [])

    def test_each_round_counts_and_so_does_a_reopened_one(self):
        complaint, other = self._file("follow_up"), self._file("follow_up")
        self._answer_at(complaint, datetime(2026, 6, 1, 10), "no")
        self._answer_at(other, datetime(2026, 6, 1, 10), "yes")
        self.assertEqual(self._get_figures("handled"), [(MAY, 2, 2), (JUNE, 0, 1)])
        with self.at(datetime(2026, 6, 8, 10)):
            other.with_user(self.quality_manager).action_reopen()
        self.assertEqual(self._get_figures("handled"), [(MAY, 2, 2), (JUNE, 0, 2)])

    def test_without_a_time_for_the_reply_that_to_resolve_counts(self):
        self.env["quality.deadline.policy"].create({
            "name": "Resolve", "type_id": self.complaint_type.id, "company_id": self.company.id,
            "line_ids": [Command.create({"step": "resolve", "owner_role": "handler", "duration": 1})],
        })
        complaint = self._file("investigation")
        self.assertEqual(self._get_rows("handled")._get_case_ids(), self._get_step(complaint, "resolve").ids)

    def test_the_analysis_counts_by_its_own_time_or_else_by_that_to_resolve(self):
        late = self._file("investigation")
        self._file("reply")
        self.assertEqual(self._get_figures("analysed"), [(MAY, 1, 2)])
        policy = self.env["quality.deadline.policy"].create({
            "name": "Analyse", "type_id": self.complaint_type.id, "company_id": self.company.id,
            "line_ids": [
                Command.create({"step": "analyse", "owner_role": "handler", "duration": 2}),
                Command.create({"step": "resolve", "owner_role": "handler", "duration": 4}),
            ],
        })
        analysed = self._file("investigation", datetime(2026, 6, 1, 10))
        self.assertEqual(analysed.sudo().milestone_ids.policy_id, policy)
        with self.at(datetime(2026, 6, 3, 17)):
            analysed.with_user(self.handler).analysis = "Rain"
        self.assertEqual(self._get_figures("analysed"), [(MAY, 1, 2), (JUNE, 1, 1)])
        self.assertEqual(self._get_rows("analysed")[1]._get_case_ids(), self._get_step(analysed, "analyse").ids)
        self.complaint_type.minor_skips_investigation = True
        with self.at(NOW):
            late.with_user(self.handler).severity = "minor"
        self.assertEqual(self._get_figures("analysed"), [(MAY, 1, 1), (JUNE, 1, 1)], "what is not investigated is not analysed")

    # ------------------------------------------------------------ satisfied
    def test_who_was_not_asked_or_has_not_answered_does_not_count(self):
        self._file("follow_up")
        asked = self._file("follow_up")
        with self.at(FILED):
            self._send(asked.with_user(self.rep), "action_ask_by_mail")
        self.assertTrue(asked.date_asked)
        self.assertEqual(self._get_figures("satisfied"), [])

    def test_the_last_answer_counts_in_its_month_and_for_its_team(self):
        packing = self.env["quality.team"].create({"name": "Packing", "company_id": self.company.id, "leader_id": self.handler.id})
        complaint, other = self._file("follow_up"), self._file("follow_up")
        self._answer_at(complaint, datetime(2026, 5, 18, 10), "no")
        self._answer_at(other, datetime(2026, 5, 18, 10), "no", team_id=packing.id)
        rows = self._get_rows("satisfied")
        self.assertEqual([(row.team_id, row.numerator, row.denominator) for row in rows], [(self.team, 0, 1), (packing, 0, 1)])
        self._resolve_again(complaint, datetime(2026, 6, 1, 10))
        self._reply(complaint, datetime(2026, 6, 1, 11))
        self._answer_at(complaint, datetime(2026, 6, 2, 10), "yes")
        self.assertEqual(self._get_figures("satisfied"), [(MAY, 0, 1), (JUNE, 1, 1)])
        self.assertEqual(self._get_rows("satisfied")[1]._get_case_ids(), complaint.ids)
        with self.at(NOW):
            complaint.with_user(self.quality_manager).action_reopen()
        self.assertEqual(self._get_figures("satisfied"), [(MAY, 0, 1), (JUNE, 1, 1)], "reopened, it is still the last answer")
        self._cancel(other)
        self.assertEqual(self._get_figures("satisfied"), [(JUNE, 1, 1)])

    # ------------------------------------------------------------ solved
    def _close_with_action(self, moment=FILED, **values):
        """A closed complaint with a corrective action that is carried out and waits for its verdict."""
        with self.at(moment):
            complaint = self._move_to(self._create_complaint(), "follow_up")
            complaint.with_user(self.handler).handling_opinion = "Cover"
            capa = self._carry_out(complaint, **values)
            self._answer(complaint, "yes")
        self.assertEqual((complaint.state, capa.state), ("closed", "verify"))
        return complaint, capa

    def test_solved_is_what_was_found_effective_or_has_nothing_to_verify(self):
        closed, (waiting, _open), (good, works), (bad, fails) = self._file("closed"), *(self._close_with_action() for _each in range(3))
        self._file("follow_up")
        with self.at(datetime(2026, 6, 1, 10)):
            self._judge(works, "effective")
            self._judge(fails, "ineffective")
        row = self._get_rows("solved")
        self.assertEqual((row.month, row.numerator, row.denominator), (MAY, 2, 3), "in the month in which they were closed")
        self.assertEqual((row._get_case_ids(True), row._get_case_ids(False)), ((closed | good).ids, bad.ids))
        self.assertNotIn(waiting.id, row._get_case_ids())

    def test_what_was_found_not_effective_is_solved_when_it_is_found_effective(self):
        _complaint, capa = self._close_with_action()
        with self.at(datetime(2026, 6, 1, 10)):
            self._judge(capa, "ineffective")
        self.assertEqual(self._get_figures("solved"), [(MAY, 0, 1)])
        with self.at(datetime(2026, 6, 2, 10)):
            self._do(capa)
        self.assertEqual(self._get_figures("solved"), [(MAY, 0, 1)], "done again, not judged again")
        with self.at(datetime(2026, 6, 3, 10)):
            self._judge(capa, "effective")
        self.assertEqual(self._get_figures("solved"), [(MAY, 1, 1)])

    def test_what_came_back_was_not_solved(self):
        complaint, capa = self._close_with_action(window_days=40)
        with self.at(datetime(2026, 6, 14, 10)):
            self._judge(capa, "effective")
        self.assertEqual(self._get_figures("solved"), [(MAY, 1, 1)])
        with self.at(datetime(2026, 6, 16, 10)):
            self._move_to(self._create_complaint(date_received=datetime(2026, 6, 10, 10)), "investigation")
        self.assertEqual(capa.last_verdict, "ineffective")
        self.assertEqual(self._get_figures("solved"), [(MAY, 0, 1)])
        self.assertEqual(self._get_rows("solved")._get_case_ids(False), complaint.ids)

    def test_accepted_without_proof_is_not_solved(self):
        _complaint, capa = self._close_with_action()
        with self.at(datetime(2026, 6, 1, 10)):
            self._judge(capa, "inconclusive", accepted=True)
        self.assertEqual(capa.state, "done")
        self.assertEqual(self._get_figures("solved"), [(MAY, 0, 1)])

    def test_a_reopened_complaint_counts_when_it_is_closed_again(self):
        complaint = self._file("closed")
        with self.at(datetime(2026, 5, 18, 10)):
            complaint.with_user(self.quality_manager).action_reopen()
        self.assertEqual(self._get_figures("solved"), [])
        self._resolve_again(complaint, datetime(2026, 6, 1, 10))
        self._reply(complaint, datetime(2026, 6, 1, 11))
        self._answer_at(complaint, datetime(2026, 6, 2, 10), "yes")
        self.assertEqual(self._get_figures("solved"), [(JUNE, 1, 1)])

    # ------------------------------------------------------------ figures
    def _fill(self):
        """Three replies in time in May and one late for Quality; none in time of one in June; one of one for Packing in May."""
        packing = self.env["quality.team"].create({
            "name": "Packing", "company_id": self.company.id, "leader_id": self.quality_manager.id,
            "member_ids": [Command.set(self.handler.ids)],
        })
        for _each in range(3):
            self._file("follow_up")
        self._file()
        self._file(moment=datetime(2026, 6, 1, 10))
        self._file("follow_up", team_id=packing.id)
        return packing

    def test_months_and_teams_with_share_target_and_trend(self):
        packing = self._fill()
        self.assertEqual(
            [
                (row.month, row.team_id, row.numerator, row.denominator, row.percent, row.target, row.is_met, row.change, row.has_change)
                for row in self._get_rows("handled")
            ],
            [
                (MAY, self.team, 3, 4, 75, 95, False, 0, False),
                (MAY, packing, 1, 1, 100, 95, True, 0, False),
                (JUNE, self.team, 0, 1, 0, 95, False, -75, True),
            ],
        )
        self.objectives["handled"].with_user(self.quality_manager).target = 75
        self.assertEqual(self._get_rows("handled").mapped("is_met"), [True, True, False], "just reached")

    def test_no_change_is_not_the_first_month(self):
        for moment in (FILED, datetime(2026, 6, 1, 10)):
            self._file("follow_up", moment)
        self.assertEqual([(row.change, row.has_change) for row in self._get_rows("handled")], [(0, False), (0, True)])

    def test_several_months_weigh_as_much_as_they_counted(self):
        self._fill()
        self._get_rows("handled")
        grouped = self.env["quality.objective.result"].with_user(self.handler)._read_group(
            [("objective_id", "=", self.objectives["handled"].id)], ["month:month"], ["percent:avg", "denominator:sum"],
            order="month:month",
        )
        self.assertEqual([(month, float(percent), count) for month, percent, count in grouped], [(MAY, 80, 5), (JUNE, 0, 1)])

    def test_a_team_has_a_target_of_its_own(self):
        packing = self._fill()
        with self.at(NOW):
            own = self.env["quality.objective"].with_user(self.quality_manager).create({
                "measure": "handled", "team_id": packing.id, "target": 80,
            })
            self.assertEqual((own.numerator, own.denominator, own.actual, own.status), (1, 1, 100, "met"))
            self.env.invalidate_all()
            self.assertEqual(own.result_ids.mapped("team_id"), packing)
            self.assertFalse(own.result_ids & self._get_rows("handled"), "each row is one")

    def test_the_line_runs_against_the_target_with_gaps(self):
        self._fill()
        with self.at(NOW):
            objective = self.objectives["handled"].with_user(self.handler)
            self.assertEqual((objective.numerator, objective.denominator, objective.status), (4, 6, "missed"))
            self.assertEqual(objective.actual, 66.7)
            graph = objective.graph
        self.assertEqual((graph["months"][-3:], graph["marks"][-3:]), (["May 2026", "Jun 2026", "Jul 2026"], ["high", "high", False]))
        actual, target = (series["values"] for series in graph["series"])
        self.assertEqual((actual, target), ([None] * 9 + [80, 0, None], [95] * 12))

    def test_nothing_counted_is_no_figure(self):
        for objective in self.objectives.values():
            self.assertEqual((objective.denominator, objective.status, objective.graph), (0, "none", False))
        with self.at(datetime(2027, 6, 15, 10)):
            self._fill()
            self.env.invalidate_all()
        self.assertEqual(self.objectives["handled"].with_user(self.handler)._get_percent(0, 0), None)

    def test_what_was_counted_is_opened(self):
        self._fill()
        row = self._get_rows("handled")[0]
        with self.at(NOW):
            for button, count in (("action_view_counted", 4), ("action_view_reached", 3), ("action_view_missed", 1)):
                action = getattr(row, button)()
                steps = self.env[action["res_model"]].with_user(self.handler).search(action["domain"])
                with self.subTest(button):
                    self.assertEqual((steps._name, len(steps), set(steps.mapped("step"))), ("quality.milestone", count, {"reply"}))
            self.assertEqual(steps.action_open_complaint()["res_id"], steps.complaint_id.id)
        closed = self._file("closed")
        with self.at(NOW):
            action = self._get_rows("solved").action_view_counted()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), closed)

    # ------------------------------------------------------------ rights
    def test_each_company_has_its_own(self):
        other = self.env["res.company"].create({"name": "Moonlight Tools"})
        stranger = self._new_user("moon_manager", "quality_complaint.group_manager", other)
        self._fill()
        with self.at(NOW):
            theirs = self.env["quality.objective"].with_user(stranger).search([])
            self.assertEqual((theirs.company_id, set(theirs.mapped("status"))), (other, {"none"}))
            self.assertFalse(self.env["quality.objective.result"].with_user(stranger).search([]))
            row = self._get_rows("handled")[0]
            for record in (row, self.objectives["handled"]):
                with self.subTest(record._name), self.assertRaises(AccessError):
                    record.with_user(stranger).check_access("read")
            with self.assertRaises(AccessError):
                row.with_user(stranger).action_view_counted()

    def test_who_files_complaints_does_not_see_them(self):
        for user in (self.rep, self.worker, self._new_user("portal", "base.group_portal"), self._new_user("public", "base.group_public")):
            for model in ("quality.objective", "quality.objective.result"):
                with self.subTest(user=user.login, model=model), self.assertRaises(AccessError):
                    self.env[model].with_user(user).search([])
