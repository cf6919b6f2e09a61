package wdfs.syntax;

import java.util.List;
import org.antlr.v4.runtime.CommonToken;
import wdfs.grammar.WdfsParser;
import wdfs.source.Span;

/// A text as the lexer and the parser see it.
/// @param tokens all of them: `#` lines whole, `///` and `/* */` comments, also what the parser never gets; only `//` comments are missing
/// @param tree the tokens in it are found by the offset of their first character
/// @param leftOut the stretches that `#if` and its relatives leave out
public record ParsedText(List<CommonToken> tokens, WdfsParser.UnitContext tree, List<Span> leftOut) {
    public ParsedText {
        tokens = List.copyOf(tokens);
        leftOut = List.copyOf(leftOut);
    }
}
