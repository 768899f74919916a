from math import prod

from odoo import api, fields, models, tools
from odoo.fields import Domain
from odoo.tools import SQL, format_list, html2plaintext

from . import similarity_text

# texts that have less in common than this are alike by chance only
TEXT_MINIMUM = 0.38
# what the index looks for by the title alone; the score decides afterwards
TITLE_CANDIDATE = 0.25
# how many of the best, and of the newest, are looked at closely
CANDIDATES = 200
# what goes without saying
IMPLIED_BY = {"order": "delivery", "category": "product"}
# what weighs less than this does not make a candidate by itself
STRONG = 0.1


class QualitySimilarityMixin(models.AbstractModel):
    """What can be found because it is like something else: by its text, and by what both are about.

    Texts are compared by the database where it has pg_trgm, else in Python among the newest.
    """

    _name = "quality.similarity.mixin"
    _description = "Similarity"

    similarity_text = fields.Text("Text to Compare", compute="_compute_similarity_text", store=True, precompute=True, prefetch=False)

    _similarity_text_trgm = models.Index(
        lambda registry: "USING gin (similarity_text gin_trgm_ops)" if registry.has_trigram else "",
    )

    # ------------------------------------------------------------ defined by what can be found
    def _compute_similarity_text(self):
        """`_prepare_similarity_text` of what is to be compared."""
        raise NotImplementedError

    @api.model
    def _get_similarity_paths(self):
        """{what two records may have in common: paths to it}."""
        return {}

    # ------------------------------------------------------------ text
    @api.model
    def _prepare_similarity_text(self, title, *contents):
        """The title in the first line, which counts by itself too; then the contents, plain text or HTML."""
        return "\n".join((
            similarity_text.normalize(title),
            " ".join(filter(None, (similarity_text.normalize(html2plaintext(content)) for content in contents if content))),
        ))

    @api.model
    def _get_simple_comparison_note(self):
        """Why texts are compared in a simpler way here, or False where pg_trgm does it."""
        obstacle = self._get_trigram_obstacle()
        if obstacle == "extension":
            return self.env._(
                "Text is compared in a simpler way because the database extension pg_trgm is not installed: "
                "only with the newest records.",
            )
        if obstacle == "ctype":
            return self.env._(
                "Text is compared in a simpler way because the database was created with the character type C (LC_CTYPE), in which "
                "pg_trgm leaves out Chinese and Japanese: only with the newest records.",
            )
        return False

    @api.model
    @tools.ormcache("self.env.registry.has_trigram")
    def _get_trigram_obstacle(self):
        """What keeps pg_trgm from comparing all languages: "extension", "ctype" or False."""
        if not self.env.registry.has_trigram:
            return "extension"
        return False if does_pg_trgm_know_all_letters(self.env.cr) else "ctype"

    @api.model
    def _score_texts(self, text, domain, likely):
        """{id: how alike the texts are, from 0 to 1} of those that the user may read.

        :param str text: a prepared text
        :param Domain domain: what may be found
        :param Domain likely: what is looked at whatever its text
        """
        column = self._field_to_sql(self._table, "similarity_text")
        newest = self._search(domain & likely, order="id DESC", limit=CANDIDATES).select()
        if self._get_trigram_obstacle():
            rows = self.env.execute_query(SQL(
                "SELECT id, %s FROM %s WHERE id IN ((%s) UNION (%s)) ORDER BY id DESC",
                column, SQL.identifier(self._table), newest, self._search(domain, order="id DESC", limit=CANDIDATES).select(),
            ))
            return {row_id: similarity_text.compare(text, other or "") for row_id, other in rows}
        title = text.partition("\n")[0]
        alike = self._search(domain)
        alike.add_where(SQL("(%s <%% %s OR %s %% %s)", title, column, text, column))
        # for this transaction; pg_trgm's own are made for single words
        self.env.cr.execute(
            "SELECT set_config('pg_trgm.word_similarity_threshold', %s, true), set_config('pg_trgm.similarity_threshold', %s, true)",
            (str(TITLE_CANDIDATE), str(TEXT_MINIMUM)),
        )
        return dict(self.env.execute_query(SQL(
            """
            SELECT id, GREATEST(similarity(%(text)s, %(column)s), (%(share)s + %(other_share)s) / 2) AS score
              FROM %(table)s
             WHERE id IN ((%(alike)s ORDER BY word_similarity(%(title)s, %(column)s) DESC, id DESC LIMIT %(limit)s) UNION (%(newest)s))
          ORDER BY score DESC, id DESC
            """,
            text=text, title=title, column=column, table=SQL.identifier(self._table),
            share=self._sql_get_share(SQL("%s", title), column),
            other_share=self._sql_get_share(SQL("split_part(%s, E'\\n', 1)", column), SQL("%s", text)),
            alike=alike.select(), newest=newest, limit=CANDIDATES,
        )))

    @api.model
    def _sql_get_share(self, title, text):
        """How much of the title's words is in the text; each counts as far as it is like the one that is most like it."""
        return SQL(
            """(
                SELECT COALESCE(AVG(CASE WHEN likeness >= %s THEN likeness ELSE 0 END), 0)
                  FROM (SELECT strict_word_similarity(word, %s) AS likeness FROM unnest(string_to_array(%s, ' ')) AS word) AS words
            )""",
            similarity_text.WORD_MINIMUM, text, title,
        )

    # ------------------------------------------------------------ all together
    @api.model
    def _propose_similar(self, text, facts, weights, domain, minimum, limit=5):
        """The most similar records that the user may read, best first.

        Each thing in common leaves a part of the doubt that was there before: the score is what is not doubted.

        :param str text: a prepared text
        :param dict facts: {what may be in common: records}
        :param dict weights: {what may be in common, and ``text``: what one of it takes from the doubt, from 0 to 1}
        :param int minimum: the lowest score that is proposed
        :return: a list of (record, score in %, reason in words)
        """
        paths = self._get_similarity_paths()
        likely = Domain.OR(
            Domain(path, "in", facts[fact].ids)
            for fact, weight in weights.items() if weight >= STRONG and facts.get(fact) for path in paths[fact]
        )
        # who may read a record finds it by what it is about, whether or not he may read that
        scores = self._score_texts(text, domain, Domain("id", "in", self.sudo()._search(likely)))
        labels = self._get_similarity_labels()
        proposals = []
        for record in self.browse(scores).sudo():  # what it has in common may be told of what may be read
            common = {
                fact: weight for fact, weight in weights.items()
                if facts.get(fact) and any(facts[fact].sudo() & record.mapped(path) for path in paths[fact])
            }
            if scores[record.id] >= TEXT_MINIMUM:
                common["text"] = weights["text"] * scores[record.id]
            score = round(100 * (1 - prod(1 - weight for weight in common.values())))
            if score >= minimum:
                told = [labels[fact] for fact in common if IMPLIED_BY.get(fact) not in common]
                reason = format_list(self.env, told, "unit")
                proposals.append((record.with_env(self.env), score, reason))
        proposals.sort(key=lambda proposal: (-proposal[1], *proposal[0]._get_similarity_order()))
        return proposals[:limit]

    def _get_similarity_order(self):
        """What comes first of equally similar records: the newest."""
        self.ensure_one()
        return (-self.id,)

    @api.model
    def _get_similarity_labels(self):
        return {
            "customer": self.env._("same customer"),
            "lot": self.env._("same lot"),
            "delivery": self.env._("same delivery"),
            "order": self.env._("same order"),
            "product": self.env._("same product"),
            "category": self.env._("same product category"),
            "cause": self.env._("same cause"),
            "type": self.env._("same type"),
            "text": self.env._("similar text"),
        }


def does_pg_trgm_know_all_letters(cr):
    """False where the database was created with LC_CTYPE C: only ASCII letters are letters to pg_trgm there."""
    cr.execute("SELECT cardinality(show_trgm('锈')) > 0")
    return cr.fetchone()[0]
