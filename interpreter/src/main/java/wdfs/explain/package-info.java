/// `wdfs explain`: one request under every transfer type, side by side. Start at {@link wdfs.explain.Explainer}, which writes
/// small scripts (a probe driver and an application), runs them as any script is run, and listens; then
/// {@link wdfs.explain.Table} and {@link wdfs.explain.Picture} show what was heard.
/// It must never know how a buffer travels: what it shows are events and what the probes printed.
package wdfs.explain;
