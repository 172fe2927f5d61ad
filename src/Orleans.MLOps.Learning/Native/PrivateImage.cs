using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Orleans.MLOps.Learning.Native;

/// <summary>
/// Loads a shared library from bytes without leaving anything that another process or user could share, swap or trip over: from
/// anonymous memory, or where the kernel forbids that, from a fresh folder that only this user may enter and that is removed at once.
/// </summary>
internal static partial class PrivateImage
{
    private const uint CloseOnExec = 1;

    public static IntPtr Load(byte[] image)
    {
        using var memory = CreateMemoryFile("libLibTorchSharp.so", CloseOnExec);
        if (!memory.IsInvalid)
        {
            RandomAccess.Write(memory, image, 0);
            if (NativeLibrary.TryLoad($"/proc/self/fd/{memory.DangerousGetHandle()}", out var handle))
                return handle;
        }

        var folder = Directory.CreateTempSubdirectory("orleans-mlops-");
        try
        {
            var file = Path.Combine(folder.FullName, "libLibTorchSharp.so");
            File.WriteAllBytes(file, image);
            return NativeLibrary.Load(file);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle CreateMemoryFile(string name, uint flags);
}
