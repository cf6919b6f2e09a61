package wdfs.syntax;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.antlr.v4.runtime.CommonToken;
import org.antlr.v4.runtime.Token;
import wdfs.diagnostics.Findings;
import wdfs.diagnostics.Suggestions;
import wdfs.grammar.WdfsLexer;
import wdfs.source.SourceFile;

/// Looks at the words that begin declarations before the parser does, where one finding says what is wrong and the parser
/// would give several about what follows: a misspelt word (`drvier X kmdf {`) is told and then read as what was meant, a
/// `queue` or `device` where none can stand is told and left out.
final class Outline {
    private static final List<String> OF_FILE = List.of("driver", "process", "test", "context", "ioctl", "hardware", "devnode");

    /// What a brace opens, as far as declarations go.
    private enum Block { FILE, DRIVER, DEVICE, QUEUE, OTHER }

    private final SourceFile file;
    private final List<CommonToken> tokens;
    private final Findings findings;
    private final List<CommonToken> kept;

    private Outline(SourceFile file, List<CommonToken> tokens, Findings findings) {
        this.file = file;
        this.tokens = tokens;
        this.findings = findings;
        this.kept = new ArrayList<>(tokens.size());
    }

    /// The tokens of whole declarations at file level, mended.
    static List<CommonToken> mend(SourceFile file, List<CommonToken> tokens, Findings findings) {
        Outline outline = new Outline(file, tokens, findings);
        outline.walk();
        return outline.kept;
    }

    private void walk() {
        Deque<Block> blocks = new ArrayDeque<>();
        blocks.push(Block.FILE);
        Block opening = Block.OTHER;
        boolean begins = true;
        for (int i = 0; i < tokens.size(); i++) {
            CommonToken token = tokens.get(i);
            Block block = blocks.peek();
            if (begins && block != Block.OTHER) {
                if (token.getType() == WdfsLexer.Identifier) {
                    spelling(i, block);
                }
                if (isMisplaced(i, block)) {
                    int end = endOf(i);
                    if (end < tokens.size()) {
                        i = end;
                        continue;
                    }
                }
                opening = opens(i, block);
            }
            kept.add(token);
            begins = switch (token.getType()) {
                case WdfsLexer.LBrace -> {
                    blocks.push(opening);
                    opening = Block.OTHER;
                    yield true;
                }
                case WdfsLexer.RBrace -> {
                    if (blocks.size() > 1) {
                        blocks.pop();
                    }
                    yield true;
                }
                case WdfsLexer.Semi, WdfsLexer.PpEnd, WdfsLexer.PpInclude -> true;
                default -> false;
            };
        }
    }

    private int typeAt(int i) {
        return i < tokens.size() ? tokens.get(i).getType() : Token.EOF;
    }

    private static boolean isWord(int type) {
        return type == WdfsLexer.Identifier || type >= WdfsLexer.DRIVER && type <= WdfsLexer.DMA_ENABLER;
    }

    private static boolean isFramework(int type) {
        return type == WdfsLexer.KMDF || type == WdfsLexer.UMDF || type == WdfsLexer.WDM;
    }

    private static boolean isDispatching(int type) {
        return type == WdfsLexer.SEQUENTIAL || type == WdfsLexer.PARALLEL || type == WdfsLexer.MANUAL;
    }

    private boolean isDriver(int i) {
        return isWord(typeAt(i + 1)) && isFramework(typeAt(i + 2));
    }

    private boolean isDevice(int i) {
        return isWord(typeAt(i + 1)) && (typeAt(i + 2) == WdfsLexer.LBrace || typeAt(i + 2) == WdfsLexer.CONTROL && typeAt(i + 3) == WdfsLexer.LBrace);
    }

    private boolean isQueue(int i) {
        return isWord(typeAt(i + 1)) && isDispatching(typeAt(i + 2));
    }

    /// The block that the declaration which begins at `i` opens.
    private Block opens(int i, Block around) {
        return switch (typeAt(i)) {
            case WdfsLexer.DRIVER -> around == Block.FILE && isWord(typeAt(i + 1)) ? Block.DRIVER : Block.OTHER;
            case WdfsLexer.DEVICE -> around == Block.DRIVER && isDevice(i) ? Block.DEVICE : Block.OTHER;
            case WdfsLexer.QUEUE -> around == Block.DEVICE && isQueue(i) ? Block.QUEUE : Block.OTHER;
            default -> Block.OTHER;
        };
    }

    /// No declaration of C begins with two names and a brace, a framework or a queue's dispatching behind them.
    private void spelling(int i, Block block) {
        CommonToken word = tokens.get(i);
        String meant = "";
        switch (block) {
            case FILE -> {
                if (isDriver(i)) {
                    meant = "driver";
                } else if (isWord(typeAt(i + 1)) && typeAt(i + 2) == WdfsLexer.LBrace) {
                    meant = nearest(word, OF_FILE);
                } else if (typeAt(i + 1) == WdfsLexer.StringLiteral && typeAt(i + 2) == WdfsLexer.LBrace) {
                    meant = nearest(word, List.of("test"));
                }
            }
            case DRIVER -> meant = isDevice(i) ? nearest(word, typeAt(i + 2) == WdfsLexer.CONTROL ? List.of("device") : List.of("device", "context")) : "";
            case DEVICE -> meant = isQueue(i) ? "queue" : "";
            case QUEUE, OTHER -> { }
        }
        int type = switch (meant) {
            case "driver" -> WdfsLexer.DRIVER;
            case "process" -> WdfsLexer.PROCESS;
            case "test" -> WdfsLexer.TEST;
            case "context" -> WdfsLexer.CONTEXT;
            case "ioctl" -> WdfsLexer.IOCTL;
            case "hardware" -> WdfsLexer.HARDWARE;
            case "devnode" -> WdfsLexer.DEVNODE;
            case "device" -> WdfsLexer.DEVICE;
            case "queue" -> WdfsLexer.QUEUE;
            default -> Token.INVALID_TYPE;
        };
        if (type != Token.INVALID_TYPE) {
            findings.add(SyntaxFindings.misspelt(file.span(word.getStartIndex(), word.getStopIndex() + 1), word.getText(), meant));
            word.setType(type);
        }
    }

    private static String nearest(CommonToken word, List<String> candidates) {
        List<String> near = Suggestions.near(word.getText(), candidates);
        return near.isEmpty() ? "" : near.getFirst();
    }

    private boolean isMisplaced(int i, Block block) {
        String home = switch (typeAt(i)) {
            case WdfsLexer.QUEUE -> isQueue(i) && block != Block.DEVICE ? "a device" : "";
            case WdfsLexer.DEVICE -> isDevice(i) && block != Block.DRIVER ? "a driver" : "";
            case WdfsLexer.DRIVER -> isDriver(i) && block != Block.FILE ? "a file, in no block" : "";
            default -> "";
        };
        if (home.isEmpty()) {
            return false;
        }
        CommonToken word = tokens.get(i);
        findings.add(SyntaxFindings.misplaced(file.span(word.getStartIndex(), tokens.get(i + 1).getStopIndex() + 1), word.getText(), home));
        return true;
    }

    /// The last token of the declaration that begins at `from`: its semicolon, or what closes its block.
    private int endOf(int from) {
        int depth = 0;
        for (int i = from; i < tokens.size(); i++) {
            switch (typeAt(i)) {
                case WdfsLexer.LBrace -> depth++;
                case WdfsLexer.RBrace -> {
                    if (--depth <= 0) {
                        return i;
                    }
                }
                case WdfsLexer.Semi -> {
                    if (depth == 0) {
                        return i;
                    }
                }
                default -> { }
            }
        }
        return tokens.size();
    }
}
