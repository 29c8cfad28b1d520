"""Signed notes: the published example, and everything that a note must not get away with."""

import pytest

from domain.ledger.notes import Head, NotSigned, PublicKey, SecretKey, Unreadable, head_of, opened, signed

# The example of golang.org/x/mod/sumdb/note.
NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
SIGNATURE = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
NOTE = f"{TEXT}\n— PeterNeumann {SIGNATURE}\n"

KEY = SecretKey("jalon/cavm/test", bytes(range(32)))
HEAD = Head("jalon/cavm/test", 41, bytes(32))


def test_the_published_example_is_opened():
    key = PublicKey.parse(NEUMANN)
    assert opened(NOTE, [key]) == (TEXT, [key])
    assert str(key) == NEUMANN


@pytest.mark.parametrize(
    "note",
    [
        NOTE.replace("answer", "Answer"),
        NOTE.replace(SIGNATURE, SIGNATURE.replace("NIuG", "NIuH")),
        NOTE.replace("— PeterNeumann", "— PeterNewmann"),
        NOTE.replace("then", "\nthen"),
    ],
    ids=["another text", "another signature", "another name", "another line"],
)
def test_an_altered_note_is_not(note):
    with pytest.raises(NotSigned):
        opened(note, [PublicKey.parse(NEUMANN)])


@pytest.mark.parametrize(
    "note",
    ["", TEXT, f"{TEXT}\n", NOTE[:-1], NOTE.replace("—", "-"), NOTE.replace(SIGNATURE, "*"), f"{NOTE}\n"],
    ids=["nothing", "no signature", "no line", "no line end", "a hyphen", "no base64", "an empty line"],
)
def test_what_is_no_note_is_told_so(note):
    with pytest.raises((Unreadable, NotSigned)):
        opened(note, [PublicKey.parse(NEUMANN)])


def test_signatures_of_strangers_are_passed_over():
    other = SecretKey.make("witness")
    both = signed(TEXT, [other, KEY])
    assert opened(both, [KEY.public]) == (TEXT, [KEY.public])
    assert opened(both, [KEY.public, other.public])[1] == [other.public, KEY.public]


def test_one_wrong_signature_of_a_known_key_refuses_the_whole():
    other = SecretKey.make("witness")
    with pytest.raises(NotSigned, match="is not that of this text"):
        opened(signed(TEXT, [KEY]) + other.signature("another text\n"), [KEY.public, other.public])


def test_a_checkpoint_says_what_was_signed():
    assert head_of(signed(HEAD.text(), [KEY]), [KEY.public]) == HEAD


def test_a_checkpoint_bears_lines_of_ones_own():
    head = HEAD._replace(more=("key abc", "and more"))
    assert head_of(signed(head.text(), [KEY]), [KEY.public]) == head


def test_a_checkpoint_is_of_the_origin_of_its_signer():
    other = HEAD._replace(origin="jalon/cavm/other")
    with pytest.raises(NotSigned, match="another origin"):
        head_of(signed(other.text(), [KEY]), [KEY.public])


@pytest.mark.parametrize(
    "text",
    [
        "jalon/cavm/test\n41\n",
        "jalon/cavm/test\n041\nAAAA\n",
        "jalon/cavm/test\n-1\nAAAA\n",
        "jalon/cavm/test\n41\nAAAA\n",
        "jalon/cavm/test\n41\nno base64\n",
        "\n41\nAAAA\n",
    ],
    ids=["no root", "a zero in front", "below zero", "a short root", "no base64", "no origin"],
)
def test_a_signed_text_that_is_no_checkpoint(text):
    with pytest.raises(Unreadable):
        head_of(signed(text, [KEY]), [KEY.public])


def test_a_key_is_read_as_it_was_written():
    assert SecretKey.parse(f"{KEY.written()}\n") == KEY
    assert PublicKey.parse(str(KEY.public)) == KEY.public


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PeterNeumann",
        NEUMANN.replace("c74f20a3", "c74f20a4"),
        NEUMANN.replace("Peter", "Paul"),
        NEUMANN[:-4],
        NEUMANN.replace("+ARpc", "+ABpc"),
    ],
)
def test_what_is_no_key_is_told_so(text):
    with pytest.raises(Unreadable):
        PublicKey.parse(text)


def test_a_refusal_does_not_show_the_secret():
    written = KEY.written()
    with pytest.raises(Unreadable) as refusal:
        SecretKey.parse(written.replace("jalon", "jalou"))
    assert written.rpartition("+")[2] not in str(refusal.value)
    assert written.rpartition("+")[2] not in repr(KEY)


@pytest.mark.parametrize("name", ["", "two words", "one+two"])
def test_a_name_that_a_note_cannot_bear_is_refused(name):
    with pytest.raises(Unreadable):
        SecretKey.make(name)
