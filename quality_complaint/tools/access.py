"""What `_check_access` of several models has in common. A refusal is a pair (records, what makes the error), or None, as in core."""


def check_rest(records, refused, check):
    """A refusal names some of the records: the rest may still be refused by something else.

    :param refused: what core says of the records, by the rights and rules of their own model
    :param check: called with the rest, if it is saved and the user's rights are limited, to give the refusal of these
    :return: the refusal of all of them
    """
    rest = records - refused[0] if refused else records
    if records.env.su or not any(rest._ids):
        return refused
    return join_refusals(refused, check(rest))


def join_refusals(refused, more):
    """Both in one, with the error of the first."""
    if refused and more:
        return refused[0] | more[0], refused[1]
    return refused or more


def check_wholes(parts, name, operation):
    """The refusal of those parts whose whole, in the field of that name, is refused."""
    refused = parts.sudo()[name].with_env(parts.env)._check_access(operation)
    if not refused:
        return None
    wholes, make_error = refused
    return parts.filtered(lambda part: part.sudo()[name].id in wholes._ids), make_error
