package wdfs.repl;

import java.util.List;
import java.util.Optional;
import wdfs.repl.Command.Kind;
import wdfs.semantics.Interactive;
import wdfs.source.SourceFile;
import wdfs.source.Span;
import wdfs.syntax.Decl;

/// `.edit`: what was typed or loaded, back behind the prompt. The prompt is the editor: no program of the host is started.
final class EditCommand {
    private EditCommand() {}

    static List<Command> all() {
        return List.of(Command.look(".edit", "[NAME | N]", Kind.DECLARED, "Puts the last input, input N, or the declaration of a name behind the prompt, to be changed and typed again.", EditCommand::edit)
                .with("The arrows move from line to line, Alt-Enter makes a new one, Enter takes it all. Without a terminal it is shown. What is declared again takes the place of what was there."));
    }

    private static Doc edit(Session session, Words words) throws Command.Stop {
        String text = words.isEmpty() ? last(session) : words.word(0).matches("#?\\d{1,7}") ? numbered(session, Integer.parseInt(words.word(0).replace("#", ""))) : declared(session, words.word(0));
        if (session.editor() == null || words.json()) {
            return new Doc().lines("text", text.stripTrailing().lines().toList());       // nobody is at a prompt: it is shown
        }
        session.editor().accept(text.stripTrailing());
        return null;
    }

    private static String last(Session session) throws Command.Stop {
        return session.history().reversed().stream().map(Session.Entry::text).filter(text -> !(session.classify(text) instanceof Input.Run(Command command, String _) && command.name().equals(".edit")))
                .findFirst().orElseThrow(() -> new Command.Stop("nothing has been typed yet"));
    }

    private static String numbered(Session session, int number) throws Command.Stop {
        return session.history().stream().filter(e -> e.number() == number).map(Session.Entry::text).findFirst().orElseThrow(() -> new Command.Stop("there is no input %d; .history lists them", number));
    }

    private static String declared(Session session, String name) throws Command.Stop {
        Interactive checker = session.live().checker();
        Optional<Span> place = checker.declaration(name);
        if (place.isEmpty()) {
            List<String> near = wdfs.diagnostics.Suggestions.near(name, checker.ownNames());
            throw new Command.Stop("nothing is called `%s` here%s", name, near.isEmpty() ? "" : "; did you mean " + near.getFirst() + "?");
        }
        Span span = place.get();
        if (span.file().origin() == SourceFile.Origin.LIBRARY) {
            throw new Command.Stop("`%s` is declared by the library; %s?? shows it", name, name);
        }
        for (Session.Entry entry : session.history().reversed()) {
            for (Decl.Unit unit : entry.units()) {
                for (Decl declaration : unit.declarations()) {
                    if (unit.file() == span.file() && declaration.span().start() <= span.start() && span.end() <= declaration.span().end()) {
                        return declaration.span().text();
                    }
                }
            }
        }
        // A variable, or a name inside of a declaration that was typed: the input that it came with.
        return span.text().equals(name) ? span.file().text() : span.text();
    }
}
