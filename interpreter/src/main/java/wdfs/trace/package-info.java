/// `wdfs trace`: a run, drawn. Start at {@link wdfs.trace.Recorder}, which listens to a simulation and makes a
/// {@link wdfs.trace.Timeline} of lanes and steps; the other classes each show a timeline in one form.
/// It must never know how a request travels: a step is an event that the machine told, and nothing is drawn that was not told.
package wdfs.trace;
