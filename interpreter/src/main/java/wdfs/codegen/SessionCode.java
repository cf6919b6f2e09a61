package wdfs.codegen;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import wdfs.runtime.CompiledImage;
import wdfs.runtime.GrowingImage;
import wdfs.semantics.bound.GlobalSymbol;
import wdfs.semantics.bound.ImageSymbol;

/// The code of a session's process, made part by part: what a line added to its image becomes classes of a loader that the
/// session keeps, so that later lines call the functions of earlier ones.
public final class SessionCode {
    private final CodeGenerator generator;
    private final CodeGenerator.ImageGenerator image;
    private final CodeGenerator.Loader loader;
    private final ImageSymbol symbol;
    private int functions;
    private int globals;
    private int parts;
    private int constantsEnd;
    private int dataEnd;

    public SessionCode(ImageSymbol symbol, Function<String, Method> natives, Function<String, Integer> nativeOrdinals, List<String> siteFiles, boolean interleaving) {
        this.symbol = symbol;
        this.generator = new CodeGenerator(natives, nativeOrdinals, interleaving, siteFiles, Optional.empty());
        this.image = generator.new ImageGenerator(symbol, false);
        this.loader = new CodeGenerator.Loader(generator.classes());
    }

    /// What has come into the image since the last time.
    public GrowingImage.Part next() {
        int first = functions;
        CompiledImage code;
        try {
            // Constants of this line lie behind the strings of the last one.
            String main = image.generatePart(first, ++parts);
            code = (CompiledImage) loader.loadClass(main).getConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
        byte[] constants = image.constants();
        byte[] data = image.data();
        List<GrowingImage.Named> named = symbol.globals().subList(globals, symbol.globals().size()).stream().filter(g -> !g.isReadOnly())
                .map((GlobalSymbol g) -> new GrowingImage.Named(g.name(), g.imageOffset(), Math.max(1, g.type().size()))).toList();
        GrowingImage.Part part = new GrowingImage.Part(code, first, symbol.functions().subList(first, symbol.functions().size()).stream().map(f -> f.name()).toList(),
                constantsEnd, Arrays.copyOfRange(constants, constantsEnd, Math.max(constantsEnd, constants.length)),
                dataEnd, Arrays.copyOfRange(data, dataEnd, Math.max(dataEnd, data.length)), named);
        functions = symbol.functions().size();
        globals = symbol.globals().size();
        constantsEnd = Math.max(constantsEnd, constants.length);
        dataEnd = Math.max(dataEnd, data.length);
        return part;
    }

    /// Where the constants end now; variables that are constants come behind.
    public long constantsEnd() {
        return constantsEnd;
    }
}
