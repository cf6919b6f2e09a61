package wdfs.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class StatusesTest {
    /// `wdfs test` runs files side by side: whoever asks while another reads the tables must not see half of them.
    @Test
    void whoeverAsksFirstSeesAWholeTable() throws Exception {
        try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
            for (int round = 0; round < 40; round++) {
                Statuses statuses = new Statuses();
                CyclicBarrier together = new CyclicBarrier(4);
                List<Future<String>> answers = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    answers.add(pool.submit(() -> {
                        together.await();
                        return statuses.name(0xC0000023) + " " + statuses.toWin32(0xC0000023) + " " + statuses.errorName(122);
                    }));
                }
                for (Future<String> answer : answers) {
                    assertThat(answer.get()).isEqualTo("STATUS_BUFFER_TOO_SMALL 122 ERROR_INSUFFICIENT_BUFFER");
                }
            }
        }
    }
}
