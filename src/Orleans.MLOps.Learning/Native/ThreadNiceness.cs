using System.Runtime.InteropServices;

namespace Orleans.MLOps.Learning.Native;

/// <summary>Lowers the calling thread behind interactive work; .NET's thread priorities have no effect on Linux.</summary>
internal static partial class ThreadNiceness
{
    private const int Nice = 10;

    public static void Lower()
    {
        if (!OperatingSystem.IsLinux())
            return;

        // On Linux niceness belongs to a thread, and process id 0 names the calling one.
        _ = SetPriority(0, 0, Nice);
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetPriority(int which, uint who, int priority);
}
