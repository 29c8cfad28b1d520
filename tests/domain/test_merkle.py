"""The tree of RFC 6962: the published vectors, and every proof of every tree up to 129 leaves."""

import struct
from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID

import pytest

from domain.ledger import merkle
from domain.ledger.merkle import EMPTY, Edge, Node, Span, consistency, extends, folded, includes, inclusion, prove

# The test data of Certificate Transparency: leaves, and the roots of the trees of 0 to 8 of them.
LEAVES = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
MOST = 129


class Grown:
    """A tree in memory, and its root at every size."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.nodes: dict[Node, bytes] = {}
        edge, self.roots = Edge(), [Edge().root()]
        for leaf in leaves:
            self.nodes |= dict(edge.add(leaf))
            self.roots.append(edge.root())

    def find(self, nodes: Sequence[Node]) -> list[bytes]:
        return [self.nodes[node] for node in nodes]

    def leaf(self, index: int) -> bytes:
        return self.nodes[Node(0, index)]

    def root(self, size: int) -> bytes:
        return prove([Span(0, size)], self.find)[0]


@pytest.fixture(scope="module")
def tree() -> Grown:
    return Grown([merkle.leaf_hash(struct.pack(">H", number)) for number in range(MOST)])


def test_the_published_roots():
    grown = Grown([merkle.leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES])
    assert [root.hex() for root in grown.roots] == ROOTS
    assert [grown.root(size).hex() for size in range(9)] == ROOTS


def test_the_published_proofs():
    """Those that the RFC gives for a tree of seven leaves, by the letters of its figure."""
    grown = Grown([merkle.leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES[:7]])
    a, b, c, d, e, f, j = (grown.leaf(index) for index in range(7))
    g, h, i = merkle.join(a, b), merkle.join(c, d), merkle.join(e, f)
    k, above = merkle.join(g, h), merkle.join(i, j)
    wanted = {0: [b, h, above], 3: [c, g, above], 4: [f, j, k], 6: [i, k]}
    assert {index: prove(inclusion(index, 7), grown.find) for index in wanted} == wanted
    wanted = {3: [c, d, g, above], 4: [above], 6: [i, j, k]}
    assert {old: prove(consistency(old, 7), grown.find) for old in wanted} == wanted


def test_an_entry_is_all_that_is_stored_of_it():
    id = UUID("00112233-4455-6677-8899-aabbccddeeff")
    made = merkle.entry(41, id, 3, "operation.started", b'{"on":"2008"}')
    assert made.hex() == (
        "0000000000000029"
        "00112233445566778899aabbccddeeff"
        "0000000000000003"
        "00000011"
        "6f7065726174696f6e2e73746172746564"
        "7b226f6e223a2232303038227d"
    )


def test_the_topic_does_not_run_into_the_state():
    id = UUID(int=0)
    assert merkle.entry(1, id, 1, "a", b"bc") != merkle.entry(1, id, 1, "ab", b"c")


def test_a_leaf_is_never_what_stands_above_two_others():
    left, right = sha256(b"left").digest(), sha256(b"right").digest()
    assert merkle.join(left, right) != merkle.leaf_hash(left + right)


def test_every_leaf_of_every_tree_is_proved(tree: Grown):
    for size in range(1, MOST + 1):
        for index in range(size):
            proof = prove(inclusion(index, size), tree.find)
            assert includes(tree.roots[size], size, leaf=tree.leaf(index), index=index, proof=proof)


def test_every_tree_is_proved_to_begin_with_every_earlier_one(tree: Grown):
    for new in range(1, MOST + 1):
        for old in range(1, new + 1):
            proof = prove(consistency(old, new), tree.find)
            assert extends(tree.roots[new], new, old_root=tree.roots[old], old=old, proof=proof)


# Some of each kind: a full tree, one leaf less, one more, and odd ones.
SIZES = [1, 2, 3, 7, 8, 9, 21, 64, 65, 100]


@pytest.mark.parametrize("size", SIZES)
def test_no_other_proof_of_a_leaf_is_taken(tree: Grown, size):
    root = tree.roots[size]
    for index in range(size):
        proof, leaf = prove(inclusion(index, size), tree.find), tree.leaf(index)
        assert not includes(root, size, leaf=tree.leaf(size), index=index, proof=proof)
        assert not any(
            includes(root, size, leaf=leaf, index=other, proof=proof) for other in range(-1, size + 2) if other != index
        )
        assert not includes(tree.roots[size + 1], size, leaf=leaf, index=index, proof=proof)
        assert not includes(root, size, leaf=leaf, index=index, proof=[*proof, leaf])
        assert not proof or not includes(root, size, leaf=leaf, index=index, proof=proof[:-1])
        assert not proof or not includes(root, size, leaf=leaf, index=index, proof=proof[1:])


@pytest.mark.parametrize("new", SIZES)
def test_no_other_proof_between_two_trees_is_taken(tree: Grown, new):
    root = tree.roots[new]
    for old in range(1, new + 1):
        proof, before = prove(consistency(old, new), tree.find), tree.roots[old]
        assert not extends(root, new, old_root=tree.roots[old - 1], old=old, proof=proof)
        assert not extends(tree.roots[new + 1], new, old_root=before, old=old, proof=proof)
        assert not extends(root, new, old_root=before, old=old, proof=[*proof, root])
        assert not proof or not extends(root, new, old_root=before, old=old, proof=proof[:-1])
        assert old == new or not extends(root, new, old_root=before, old=old + 1, proof=proof)


def test_nothing_is_proved_of_an_empty_tree(tree: Grown):
    assert consistency(0, 5) == []
    assert not extends(tree.roots[5], 5, old_root=EMPTY, old=0, proof=[])
    assert not includes(EMPTY, 0, leaf=tree.leaf(0), index=0, proof=[])


def test_an_edge_goes_on_from_what_it_is_made_of(tree: Grown):
    for size in range(MOST):
        edge = Edge(size, tree.find(list(Span(0, size).nodes())))
        assert edge.root() == tree.roots[size]
        assert dict(edge.add(tree.leaf(size))).items() <= tree.nodes.items()
        assert edge.root() == tree.roots[size + 1]


def test_what_stands_above_a_power_of_two_is_its_root(tree: Grown):
    for level in range(8):
        assert folded([tree.leaf(index) for index in range(1 << level)]) == tree.roots[1 << level]
