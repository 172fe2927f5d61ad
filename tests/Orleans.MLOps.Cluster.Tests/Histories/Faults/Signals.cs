using System.Runtime.InteropServices;

namespace Orleans.MLOps.Cluster.Tests.Histories.Faults;

internal static partial class Signals
{
    /// <summary>Sends a signal; a process that has ended meanwhile is none of its business.</summary>
    public static void Send(int process, int signal) => _ = Kill(process, signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
