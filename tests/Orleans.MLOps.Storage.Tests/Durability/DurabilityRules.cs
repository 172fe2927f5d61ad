using System.Text.RegularExpressions;

namespace Orleans.MLOps.Storage.Tests.Durability;

/// <summary>Says of a trace which acknowledgements came before the disk had what they acknowledge.</summary>
internal static partial class DurabilityRules
{
    public static List<string> Violations(IReadOnlyList<TraceCall> calls, string store, int round)
    {
        var begun = calls.FirstOrDefault(c => c.Writes && c.Text.Contains($"\"TRY {store} {round}\\n\"", StringComparison.Ordinal));
        var told = calls.FirstOrDefault(c => c.Writes && c.Text.Contains($"\"ACK {store} {round}\\n\"", StringComparison.Ordinal));
        if (begun is null || told is null)
        {
            return [$"{store} {round}: no TRY or no ACK in the trace"];
        }

        List<TraceCall> window = [.. calls.Where(c => c.Started > begun.Returned && c.Returned < told.Started)];
        return [.. (store switch
        {
            "table" => FlushedAfterWrite(window, "/tables.db-wal"),
            "log" => FlushedAfterWrite(window, "/logs/a/0000000001.log"),
            _ => BlobInPlace(window),
        }).Select(v => $"{store} {round}: {v}")];
    }

    private static IEnumerable<string> FlushedAfterWrite(List<TraceCall> window, string file)
    {
        var write = window.LastOrDefault(c => c.Writes && c.IsOn(file));
        if (write is null)
        {
            yield return $"nothing was written to {file} before the acknowledgement";
        }
        else if (!window.Any(c => c.Flushes && c.IsOn(file) && c.Started > write.Returned))
        {
            yield return $"{file} was not flushed between its last write and the acknowledgement";
        }
    }

    private static IEnumerable<string> BlobInPlace(List<TraceCall> window)
    {
        var rename = window.LastOrDefault(c => c.Renames && c.Text.Contains("/.staging/", StringComparison.Ordinal));
        var paths = rename is null ? [] : Quoted().Matches(rename.Text).Select(m => m.Groups[1].Value).ToArray();
        if (rename is null || paths.Length != 2)
        {
            yield return "no upload was renamed before the acknowledgement";
            yield break;
        }

        var written = window.LastOrDefault(c => c.Writes && c.IsOn(paths[0]));
        if (written is null || !window.Any(c => c.Flushes && c.IsOn(paths[0]) && c.Started > written.Returned && c.Returned < rename.Started))
        {
            yield return "the upload was not flushed between its last write and the rename";
        }

        var folder = Path.GetDirectoryName(paths[1])!;
        if (!window.Any(c => c.Flushes && c.IsOn(folder) && c.Started > rename.Returned))
        {
            yield return "the blob's folder was not flushed between the rename and the acknowledgement";
        }

        var made = window.LastOrDefault(c => c.Name is "mkdir" or "mkdirat" && c.Text.Contains($"\"{folder}\"", StringComparison.Ordinal));
        if (made is not null && !window.Any(c => c.Flushes && c.IsOn(Path.GetDirectoryName(folder)!) && c.Started > made.Returned))
        {
            yield return "the folder above a new folder was not flushed before the acknowledgement";
        }
    }

    [GeneratedRegex("\"(/[^\"]*)\"")]
    private static partial Regex Quoted();
}
