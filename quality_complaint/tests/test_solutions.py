from lxml import etree

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from .test_complaint_access import OPERATIONS
from .test_similarity import SimilarityCommon

TEXTS = {"name": "Rust on screwdrivers", "problem": "The screwdrivers are rusty", "solution": "<p>Line the boxes with nylon</p>"}


@tagged("post_install", "-at_install")
class TestSolutions(SimilarityCommon):
    @classmethod
    def _create_solution(cls, user=None, **values):
        return cls.env["quality.solution"].with_user(user or cls.handler).with_company(cls.company).create({**TEXTS, **values})

    def _get_proposed(self, complaint, user=None):
        """{title: (score, reason)}, in their order."""
        return {
            solution.name: (score, reason)
            for solution, score, reason in complaint.with_user(user or self.quality_manager)._find_solutions()
        }

    # ------------------------------------------------------------ texts
    def test_a_solution_that_says_nothing_is_refused_with_all_that_is_missing(self):
        for values, missing in (
            ({"solution": False}, "Solution"), ({"solution": "<p><br></p>"}, "Solution"), ({"problem": "  "}, "Problem"),
            ({"name": " ", "problem": " \n", "solution": "<p>  </p>"}, "Title, Problem, Solution"),
        ):
            with self.subTest(values), self.assertRefused(f"Still empty: {missing}", error=ValidationError):
                self._create_solution(**values)
        solution, other = self._create_solution(), self._create_solution()
        with self.assertRefused("Still empty: Solution", error=ValidationError):
            (solution | other).solution = "<p></p>"

    def test_a_solution_is_found_by_any_of_its_texts(self):
        solution = self._create_solution()
        self._create_solution(name="Burrs", problem="Cuts", solution="<p>Deburr</p>")
        arch = etree.fromstring(self.env["quality.solution"].get_view(view_type="search")["arch"])
        (box,) = arch.xpath("//field[@name='name']")
        for word in ("on screw", "are rusty", "nylon"):
            domain = Domain(safe_eval(box.get("filter_domain"), {"self": word})) & Domain("company_id", "=", self.company.id)
            self.assertEqual(self.env["quality.solution"].search(domain), solution)

    # ------------------------------------------------------------ rights
    def test_a_solution_of_another_company_is_nobodys_and_one_of_all_is_everybodys(self):
        other_company = self.env["res.company"].create({"name": "Moonlight Tools"})
        foreign = self.env["quality.solution"].create({**TEXTS, "company_id": other_company.id})
        shared = self.env["quality.solution"].create({**TEXTS, "company_id": False})
        complaint = self._create_about("Rusty screwdrivers")
        for login in ("rep", "worker", "handler", "quality_manager", "complaint_admin"):
            user = getattr(self, login)
            with self.subTest(login):
                self.assertFalse([name for name in OPERATIONS.values() if foreign.with_user(user).has_access(name)])
                self.assertTrue(shared.with_user(user).has_access("read"))
        self.assertEqual([solution for solution, _score, _reason in complaint._find_solutions()], [shared])
        with self.assertRaises(UserError):
            foreign.complaint_ids = complaint
        with self.assertRaises(UserError):
            complaint.sudo().solution_ids = foreign

    # ------------------------------------------------------------ proposals
    def test_what_helped_most_comes_first_of_what_is_as_similar(self):
        solutions = [self._create_solution(name=f"Rust on screwdrivers {number}", solution=f"<p>{number}</p>") for number in "123"]
        for _each in range(2):
            self._create_about("Something else").with_user(self.quality_manager)._use_solution(solutions[1])
        self._create_about("Something else").with_user(self.quality_manager)._use_solution(solutions[0])
        self.assertEqual(solutions[1].complaint_count, 2)
        proposed = self._get_proposed(self._create_about("Rust on the screwdrivers"))
        self.assertEqual(list(proposed), [solution.name for solution in (solutions[1], solutions[0], solutions[2])])
        self.assertEqual(self.env["quality.solution"].search([("id", "in", [s.id for s in solutions])]).ids, [
            solution.id for solution in (solutions[1], solutions[0], solutions[2])
        ])

    def test_product_category_cause_and_type_count_and_alone_are_too_little(self):
        tools = self.env["product.category"].create({"name": "Tools"})
        self.product.categ_id = self.env["product.category"].create({"name": "Hand tools", "parent_id": tools.id})
        rain = self.env["quality.cause"].create({"name": "Rain"})
        complaint = self._create_about("Cartons are soft", line_ids=[Command.create({"product_id": self.product.id})])
        self._create_solution(product_ids=[Command.set(self.product.ids)], type_ids=[Command.set(self.service_type.ids)])
        self.assertFalse(self._get_proposed(complaint), "same product, but quite another problem")
        complaint.cause_ids = [Command.create({"name": "Rain", "cause_id": rain.id})]
        self._create_solution(name="Nylon", category_ids=[Command.set(tools.ids)], cause_ids=[Command.set(rain.ids)])
        self.assertEqual(self._get_proposed(complaint), {"Nylon": (34, "same product category, same cause")})

    def test_archived_solutions_are_not_proposed(self):
        complaint = self._create_about("Rusty screwdrivers")
        solution = self._create_solution()
        self.assertEqual(list(self._get_proposed(complaint)), [solution.name])
        solution.active = False
        self.assertFalse(self._get_proposed(complaint))

    def test_a_rep_is_proposed_solutions_too(self):
        self._create_solution()
        complaint = self._create_about("Rusty screwdrivers", self.rep)
        self.assertEqual(list(self._get_proposed(complaint, self.rep)), [TEXTS["name"]])

    # ------------------------------------------------------------ using one
    def test_using_a_solution_adds_it_to_the_opinion_and_loses_nothing(self):
        solution, other = self._create_solution(), self._create_solution(name="Second", solution="<p>Dry them</p>")
        complaint, untouched = (self._move_to(self._create_complaint(), "investigation") for _each in range(2))
        by_handler = complaint.with_user(self.handler)
        by_handler._use_solution(solution)
        self.assertEqual(complaint.handling_opinion, f"<p><strong>{solution.name}</strong></p>{solution.solution}")
        by_handler.handling_opinion = "<p>My own words</p>"
        by_handler._use_solution(other)
        self.assertEqual(complaint.handling_opinion, "<p>My own words</p><p><strong>Second</strong></p><p>Dry them</p>")
        self.assertEqual(complaint.solution_ids, solution | other)
        by_handler._use_solution(other)
        self.assertEqual(complaint.handling_opinion.count("Dry them"), 1, "twice is as once")
        self.assertEqual(solution.complaint_ids, complaint)
        self.assertFalse(untouched.handling_opinion)
        self.assertEqual(solution.action_view_complaints()["domain"], [("solution_ids", "in", solution.ids)])

    def test_the_opinion_is_the_handlers_and_a_finished_complaint_stays_as_it_is(self):
        solution = self._create_solution()
        complaint = self._create_complaint()
        with self.assertRefused("is its handler's to write"):
            complaint.with_user(self.rep)._use_solution(solution)
        with self.assertRefused("is finished and stays as it is"):
            self._move_to(complaint, "closed").with_user(self.handler)._use_solution(solution)

    # ------------------------------------------------------------ writing one from a complaint
    def test_what_was_done_becomes_a_solution_with_one_click(self):
        rain = self.env["quality.cause"].create({"name": "Rain"})
        complaint = self._create_complaint(
            description="<p>After <b>two days</b> of rain</p>",
            line_ids=[Command.create({"product_id": self.product.id, "defect": "Brown spots"})],
        )
        self._move_to(complaint, "investigation")
        by_handler = complaint.with_user(self.handler)
        by_handler.cause_ids = [Command.create({"name": "Rain", "cause_id": rain.id})]
        by_handler.handling_opinion = "<p>Replace and sort</p>"
        capa, cancelled = (self._create_capa(complaint, user_id=self.handler.id, name=name) for name in ("Sort them", "Not needed"))
        cancelled.action_cancel()
        by_handler.action_start_plan()
        capa.result = "<p>200 sets sorted</p>"
        capa.action_done()
        form = self._open_action(self.handler, by_handler.action_save_as_solution())
        self.assertFalse(self.env["quality.solution"].search([("complaint_ids", "in", complaint.ids)]), "nothing before it is saved")
        solution = form.save()
        self.assertEqual(solution.name, complaint.subject)
        self.assertEqual(solution.problem, "After *two days* of rain\nBrown spots")
        self.assertIn("<p>Replace and sort</p>", solution.solution)
        self.assertIn("200 sets sorted", solution.solution)
        self.assertNotIn("Not needed", solution.solution)
        self.assertEqual(
            (solution.product_ids, solution.cause_ids, solution.type_ids, solution.company_id, solution.complaint_ids),
            (self.product, rain, self.complaint_type, self.company, complaint),
        )
        self.assertEqual(self._get_proposed(self._create_about("Rust on all blades")).keys(), {complaint.subject})

    def test_a_closed_complaint_becomes_a_solution_and_stays_as_it_is(self):
        complaint = self._move_to(self._create_complaint(), "closed")
        written_on = complaint.write_date
        solution = self._open_action(self.handler, complaint.with_user(self.handler).action_save_as_solution()).save()
        self.assertEqual(complaint.solution_ids, solution)
        self.assertEqual(complaint.write_date, written_on)

    def test_a_form_of_a_solution_asks_for_its_texts(self):
        with Form(self.env["quality.solution"].with_user(self.handler)) as form:
            for name, value in TEXTS.items():
                form[name] = value
        self.assertEqual(form.record.company_id, self.company)
