/// UMDF: driver host processes and the reflector. A host is a process of the machine with its own page tables; the reflector's
/// device stands in the kernel's stack and carries requests and their bytes between the two. Start with {@link
/// wdfs.host.ReflectedStack}. What drivers call is the framework's (`wdf`), the same for both frameworks; it must never know
/// which thread or process serves it beyond what `ProcessContext` says.
package wdfs.host;
