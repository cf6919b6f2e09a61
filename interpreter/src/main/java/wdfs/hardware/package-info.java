/// Simulated devices: what lies behind registers and ports, the time that devices take, their interrupt lines, and the way
/// to them from drivers (MmMapIoSpace, READ_REGISTER_ULONG, …) and from scripts.
///
/// Start at {@link wdfs.hardware.SystemBus}, which knows where each {@link wdfs.hardware.SimulatedDevice} is. What a device
/// does on an access is code of the script's `hardware` declaration; {@link wdfs.hardware.DeviceCode} runs it. This package
/// knows nothing of plug and play: `io` switches devices on and off and hands their resources to drivers.
package wdfs.hardware;
