using System.Runtime.InteropServices;
using TorchSharp;

namespace Orleans.MLOps.Learning.Native;

/// <summary>
/// Makes libtorch usable in this process, once, on first use: TorchSharp's native shim is loaded on distributions whose C++ library is
/// older than it asks for, the allocator is told to keep memory, and Torch's own thread pools are kept small.
/// </summary>
public static partial class TorchNative
{
    private const string Shim = "libLibTorchSharp.so";
    private const string ShimName = "LibTorchSharp";
    private const string NewerCxxLibrary = "GLIBCXX_3.4.32";
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MmapThreshold = -3;

    private static readonly Lock Gate = new();
    private static bool _ready;

    [ThreadStatic]
    private static bool _threadBounded;

    /// <summary>Whether the shim had to be patched to load; false before <see cref="EnsureLoadable"/> ran.</summary>
    public static bool Patched { get; private set; }

    /// <summary>
    /// Loads libtorch; every user of Torch in this library calls it first. Idempotent and thread-safe; later calls cost a lock.
    /// </summary>
    /// <exception cref="DllNotFoundException">No libtorch lies beside the application; the host must reference a native package.</exception>
    public static void EnsureLoadable()
    {
        lock (Gate)
        {
            if (_ready)
                return;
            if (OperatingSystem.IsLinux())
            {
                KeepFreedMemory();
                LoadShim();
            }

            torch.InitializeDeviceType(DeviceType.CPU);
            BoundInteropThreads();
            _ready = true;
        }
    }

    /// <summary>
    /// Keeps Torch's parallel loops on the calling thread, now and later: callers are parallel among themselves, and Torch's own threads would
    /// only compete with them. Torch must be loaded; costs nothing after a thread's first call.
    /// </summary>
    internal static void UseThisThreadAlone()
    {
        if (_threadBounded)
            return;
        torch.set_num_threads(1);
        _threadBounded = true;
    }

    private static void BoundInteropThreads()
    {
        try
        {
            torch.set_num_interop_threads(1);
        }
        catch (ExternalException)
        {
            // Torch takes this number only before its first parallel work; a host that used Torch before has chosen its own.
        }
    }

    private static void LoadShim()
    {
        var engine = Find("libtorch.so");
        var shim = Find(Shim);
        if (engine is null || shim is null)
            throw new DllNotFoundException(
                $"{(engine is null ? "libtorch.so" : Shim)} was not found under {AppContext.BaseDirectory}; " +
                "the host project must reference a libtorch package for its platform, such as libtorch-cpu-linux-x64.");

        // The shim finds the engine by its soname once it is in the process, wherever the shim itself lies.
        NativeLibrary.Load(engine);
        if (NativeLibrary.TryLoad(shim, out _))
            return;
        var image = File.ReadAllBytes(shim);
        if (!ElfVersionNeeds.MakeWeak(image, NewerCxxLibrary))
            NativeLibrary.Load(shim);
        var handle = PrivateImage.Load(image);
        NativeLibrary.SetDllImportResolver(
            typeof(torch).Assembly, (name, _, _) => name == ShimName ? handle : IntPtr.Zero);
        Patched = true;
    }

    private static string? Find(string file)
    {
        var searched = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var runtime = Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native");
        return searched.Prepend(runtime).Prepend(AppContext.BaseDirectory)
            .Select(folder => Path.Combine(folder, file))
            .FirstOrDefault(File.Exists);
    }

    /// <summary>Training frees and takes the same few megabytes at every step; handing them back to the system each time costs page faults.</summary>
    private static void KeepFreedMemory()
    {
        const int LargestMmapThreshold = 32 << 20;
        try
        {
            _ = SetAllocatorOption(TrimThreshold, 1 << 30);
            _ = SetAllocatorOption(MmapThreshold, LargestMmapThreshold);
            _ = SetAllocatorOption(TopPad, 16 << 20);
        }
        catch (EntryPointNotFoundException)
        {
            // Other C libraries than glibc have no such option and no such habit.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetAllocatorOption(int option, int value);
}
