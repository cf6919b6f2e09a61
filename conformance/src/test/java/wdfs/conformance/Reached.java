package wdfs.conformance;

import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import wdfs.diagnostics.Findings;
import wdfs.engine.Engine;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;
import wdfs.runtime.Native;
import wdfs.runtime.Natives;
import wdfs.semantics.Library;
import wdfs.semantics.TextLibrary;
import wdfs.source.SourceFile;
import wdfs.source.Span;
import wdfs.syntax.Decl;
import wdfs.syntax.Parser;

/// What of a script a machine came through: a function that a marked script calls with the number of each place, from wherever it
/// is, since it is declared for drivers of all kinds and for processes.
public final class Reached {
    /// The mark that stands at the place with that number.
    static String mark(int place) {
        return "WdfsReached(" + place + ");";
    }

    private final BitSet places = new BitSet();

    private Reached(Machine machine) {}

    static BitSet of(Machine machine) {
        return machine.part(Reached.class, Reached::new).places;
    }

    @Native
    public static void WdfsReached(Caller caller, int place) {
        of(caller.machine).set(place);
    }

    /// An engine that knows the function.
    static Engine engine() {
        Library library = TextLibrary.fromClassPath(Engine.class.getClassLoader());
        return new Engine(new Marking(library, prototype()), new Natives(Stream.concat(Engine.BODIES.stream(), Stream.of(Reached.class)).toList()));
    }

    private static Decl prototype() {
        SourceFile file = new SourceFile("stdlib/reached.wdfs", "VOID WdfsReached(ULONG place);", SourceFile.Origin.LIBRARY);
        List<Decl> declarations = Parser.parseDeclarations(file, 0, file.text().length(), new Findings(), name -> name.equals("VOID") || name.equals("ULONG"), false);
        return declarations.getFirst();
    }

    /// The standard library and that prototype.
    private record Marking(Library library, Decl prototype) implements Library {
        @Override
        public Optional<Decl> find(String name) {
            return name.equals("WdfsReached") ? Optional.of(prototype) : library.find(name);
        }

        @Override
        public boolean isType(String name) {
            return library.isType(name);
        }

        @Override
        public Optional<SourceFile> module(String name) {
            return library.module(name);
        }

        @Override
        public Collection<String> names() {
            return library.names();
        }

        @Override
        public Optional<Span> place(String name) {
            return name.equals("WdfsReached") ? Optional.of(prototype.span()) : library.place(name);
        }
    }
}
