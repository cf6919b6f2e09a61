package wdfs.repl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import wdfs.diagnostics.Diagnostic;
import wdfs.diagnostics.Findings;
import wdfs.engine.Compilation;
import wdfs.engine.Sources;
import wdfs.explain.Explainer;
import wdfs.explain.Explanation;
import wdfs.explain.Question;
import wdfs.repl.Command.Kind;
import wdfs.semantics.SourceLoader;
import wdfs.source.SourceFile;
import wdfs.syntax.Decl;

/// The commands that make a script of a session, or take its scripts as scripts.
final class ScriptCommands {
    private ScriptCommands() {}

    static List<Command> all() {
        return List.of(
                Command.look(".save", "[/o] FILE", Kind.FILE, "Writes the inputs that worked: FILE.wdfs as a script, any other as a session, which `wdfs repl < FILE` does again. /o overwrites a file that was there.", ScriptCommands::save),
                Command.look(".explain", "IOCTL [DEVICE] | read DEVICE | write DEVICE | STATUS", Kind.CODE, "Shows where a request's buffers are under each transfer type, and its way through the driver; or what a status is.", ScriptCommands::explain));
    }

    // ---- saving --------------------------------------------------------------------------------------------------------------------

    private static Doc save(Session session, Words words) throws Command.Stop {
        if (session.isStartingUp()) {
            throw new Command.Stop("a start-up file writes no files");
        }
        boolean overwrites = words.word(0).equals("/o");
        String name = words.need(overwrites ? 1 : 0, "the name of a file");
        long count = session.history().stream().filter(Session.Entry::records).count();
        try {
            Path path = session.path(name);
            if (!overwrites && Files.exists(path) && !session.saved().contains(path)) {
                throw new Command.Stop("%s is there already, and not from this session; .save /o %s overwrites it", name, name);
            }
            session.saved().add(path);
            if (!name.endsWith(".wdfs")) {
                StringBuilder text = new StringBuilder();
                session.history().stream().filter(Session.Entry::records).forEach(entry -> text.append(entry.text()).append('\n'));
                Files.writeString(path, text);
                return new Doc().say("{count} inputs written to {file}; wdfs repl < {file} does them again", "count", count, "file", name);
            }
            SavedScript script = new SavedScript(session, path);
            Files.writeString(path, script.text());
            Doc doc = new Doc().say("{count} inputs written to {file}; wdfs run {file} runs them", "count", count, "file", name);
            if (!script.leftOut().isEmpty()) {
                doc.lines("leftOut", 2, script.leftOut().stream().map(text -> "left out, a script has no words for it: " + text.lines().findFirst().orElse("")).toList());
            }
            Sources sources = Sources.of(path, session.includes());
            Findings findings = session.engine().compile(sources.main(path, name), sources).findings();
            if (findings.hasErrors()) {
                Diagnostic first = findings.sorted().stream().filter(Diagnostic::isError).findFirst().orElseThrow();
                doc.say("  it needs a hand: {finding}", "finding", first.span().place() + ": " + first.message());
            }
            return doc;
        } catch (InvalidPathException _) {
            throw new Command.Stop("`%s` is no path", name);
        } catch (Sources.Unreadable e) {
            throw new Command.Stop(e.getMessage());
        } catch (IOException e) {
            throw new Command.Stop("%s cannot be written: %s", name, e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
        }
    }

    // ---- explaining ----------------------------------------------------------------------------------------------------------------

    private static Doc explain(Session session, Words words) throws Command.Stop {
        String word = words.need(0, "a control code of a script, read or write and a device, or a status");
        boolean transfer = words.word(0).matches("read|write") && words.count() > 1;
        if (!transfer && session.live().checker().ioctls().stream().noneMatch(ioctl -> ioctl.name().equals(word))) {
            return KernelCommands.error(session, words);
        }
        String refused = "";
        for (Compilation script : scripts(session)) {
            if (script.program().isEmpty()) {
                refused = script.findings().sorted().stream().filter(Diagnostic::isError).findFirst().map(d -> d.span().place() + ": " + d.message()).orElse("");
                continue;
            }
            Explainer explainer = new Explainer(session.engine(), script, session.options());
            try {
                Explanation explanation = transfer ? explainer.transfer(word.equals("read") ? Question.Kind.READ : Question.Kind.WRITE, words.word(1), Optional.empty())
                        : explainer.control(word, words.count() > 1 ? Optional.of(words.word(1)) : Optional.empty(), Optional.empty(), Optional.empty());
                return new Doc().lines("explanation", explanation.text());
            } catch (Explainer.Unknown e) {
                refused = e.getMessage();
            }
        }
        throw new Command.Stop(refused.isEmpty() ? "no script is loaded" : refused);
    }

    /// What the session holds, as a script: all of it, or, where that does not go together, each file for itself, the last one first.
    private static List<Compilation> scripts(Session session) {
        List<Decl.Unit> all = new ArrayList<>();
        List<List<Decl.Unit>> each = new ArrayList<>();
        StringBuilder typed = new StringBuilder();
        for (Session.Entry entry : session.history()) {
            if (entry.records() && !entry.units().isEmpty()) {
                entry.units().stream().filter(unit -> !all.contains(unit)).forEach(all::add);
                each.addFirst(entry.units());
            } else if (entry.records() && session.classify(entry.text()) instanceof Input.Declarations(String text)) {
                typed.append(text).append('\n');
            }
        }
        List<Compilation> scripts = new ArrayList<>();
        SourceFile lines = SourceFile.script("session", typed.toString());
        Findings findings = new Findings();
        List<Decl.Unit> whole = new ArrayList<>(all);
        whole.add(wdfs.syntax.Parser.parse(lines, findings, session.live().checker()::isType));
        scripts.add(session.engine().compile(lines, whole, findings));
        for (List<Decl.Unit> units : each) {
            scripts.add(session.engine().compile(units.getLast().file(), units, new Findings()));
        }
        return scripts;
    }
}
