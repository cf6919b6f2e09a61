/// The simulated computer: physical memory and page tables, views of them with their software TLB and shadow, pool and
/// stacks, IRQL, virtual clock, threads and the scheduler, and the recorded sequence of choices.
/// Start at {@link wdfs.machine.Memory} and {@link wdfs.machine.View} for memory, at {@link wdfs.machine.Scheduler} for time.
/// Everything that a run leaves to chance goes through {@link wdfs.machine.Choices}.
/// It knows nothing of Windows' objects, of scripts or of reports: a bad access is handed to a {@link wdfs.machine.FaultHandler}.
package wdfs.machine;
