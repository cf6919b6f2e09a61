package wdfs.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void membersKeepTheirOrderAndTextsAreEscaped() {
        Json value = Json.object().put("b", "a\"b\\c\n\t\u0001\uD800").put("a", Json.array(List.of(Json.of(-5), Json.of(true)))).put("empty", Json.object().build())
                .put("pair", "\uD83D\uDE00").build();
        assertThat(value.line()).isEqualTo("{\"b\":\"a\\\"b\\\\c\\n\\t\\u0001\\ud800\",\"a\":[-5,true],\"empty\":{},\"pair\":\"\uD83D\uDE00\"}");
    }

    @Test
    void aPageIsIndentedByTwoBlanks() {
        assertThat(Json.object().put("a", Json.array(List.of(Json.of(1), Json.of(2)))).put("b", Json.array(List.of())).build().page()).isEqualTo("""
                {
                  "a": [
                    1,
                    2
                  ],
                  "b": []
                }
                """);
    }
}
