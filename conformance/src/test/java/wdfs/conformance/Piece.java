package wdfs.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// A stretch of a script that an excerpt may leave out.
final class Piece {
    /// What decides whether a piece whose surroundings are kept is kept itself.
    enum Keep {
        /// It is part of what is around it: a property, a callback of a timer.
        ALWAYS,
        /// Something that is kept names it.
        NAMED,
        /// A handler or another callback: the test came through it.
        CALLED,
        /// An arm of a switch, or what hangs on a condition: the test came through it.
        CHOSEN,
        /// The word `else`, or a brace behind it: what stands in front of it is kept, and what it belongs to.
        JOINT,
        /// A member of a structure, or a store into it: somebody reads a member of that name.
        READ,
        /// The test that the excerpt is about.
        TEST
    }

    final int start;
    final int end;
    final Keep keep;
    final Piece parent;
    /// What it declares for those around it.
    final Set<String> names;
    /// The place whose mark tells whether the test came through; -1 if it has none.
    final int place;
    /// The variables, members or enumerators of the declaration that this piece is, where each can be left out by itself.
    final List<Declarator> declarators = new ArrayList<>();
    final List<Piece> children = new ArrayList<>();
    /// Whether what it holds is named from inside of it only: a driver, a function.
    boolean scope;
    /// Whether it is a member of a structure.
    boolean field;
    /// Whether it is one of several devices of a driver.
    boolean device;
    /// Whether nothing is left of it when none of its pieces is kept.
    boolean hollow;
    /// Of a joint: what both have to be there for it.
    Piece before;
    Piece behind;
    /// Whether it is a queue that presents its requests.
    boolean queue;

    /// One of the variables of `ULONG Count, Late = 7;`.
    /// @param number what an enumerator stands for; -1 for others
    record Declarator(String name, int start, int end, long number) {}

    Piece(int start, int end, Keep keep, Piece parent, Set<String> names, int place) {
        this.start = start;
        this.end = end;
        this.keep = keep;
        this.parent = parent;
        this.names = Set.copyOf(names);
        this.place = place;
        if (parent != null) {
            parent.children.add(this);
        }
    }

    void joins(Piece one, Piece another) {
        before = one;
        behind = another;
    }

    Piece asScope() {
        scope = true;
        return this;
    }

    /// Where its names count.
    Piece surroundings() {
        Piece around = parent;
        while (!around.scope) {
            around = around.parent;
        }
        return around;
    }
}
