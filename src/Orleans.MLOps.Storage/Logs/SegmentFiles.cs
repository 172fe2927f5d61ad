using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Orleans.MLOps.Storage.Logs;

/// <summary>The names of a log's segment files.</summary>
internal static class SegmentFiles
{
    private const string Extension = ".log";

    public static string Path(string folder, int segment) => System.IO.Path.Combine(folder, segment.ToString("D10", CultureInfo.InvariantCulture) + Extension);

    public static List<int> List(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*" + Extension)
            .Select(file => int.Parse(System.IO.Path.GetFileNameWithoutExtension(file), CultureInfo.InvariantCulture))
            .Order(),
    ];

    public static SafeFileHandle OpenRead(string folder, int segment) =>
        File.OpenHandle(Path(folder, segment), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous);

    public static SafeFileHandle OpenWrite(string folder, int segment) =>
        File.OpenHandle(Path(folder, segment), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
}
