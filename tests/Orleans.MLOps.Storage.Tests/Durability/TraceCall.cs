using System.Text.RegularExpressions;

namespace Orleans.MLOps.Storage.Tests.Durability;

/// <summary>One successful system call of an strace log: its name, its text, and the lines on which it started and returned.</summary>
internal sealed partial record TraceCall(string Name, string Text, int Started, int Returned)
{
    public bool Writes => Name is "write" or "pwrite64" or "pwritev" or "writev";

    public bool Flushes => Name is "fsync" or "fdatasync";

    public bool Renames => Name is "rename" or "renameat" or "renameat2";

    /// <summary>Whether the call's file descriptor stands for a path that ends so.</summary>
    public bool IsOn(string pathEnd) => Text.Contains($"{pathEnd}>", StringComparison.Ordinal);

    public static List<TraceCall> Parse(IReadOnlyList<string> lines)
    {
        var calls = new List<TraceCall>();
        var open = new Dictionary<string, (string Name, string Text, int Line)>(StringComparer.Ordinal);
        for (var i = 0; i < lines.Count; i++)
        {
            if (Resumed().Match(lines[i]) is { Success: true } resumed && open.Remove(resumed.Groups[1].Value, out var started))
            {
                Add(started.Name, started.Text + resumed.Groups[2].Value, started.Line, i);
            }
            else if (Call().Match(lines[i]) is { Success: true } call)
            {
                var text = call.Groups[3].Value;
                if (text.EndsWith("<unfinished ...>", StringComparison.Ordinal))
                {
                    open[call.Groups[1].Value] = (call.Groups[2].Value, text[..^"<unfinished ...>".Length], i);
                }
                else
                {
                    Add(call.Groups[2].Value, text, i, i);
                }
            }
        }

        return calls;

        void Add(string name, string text, int startedAt, int returnedAt)
        {
            if (!text.Contains(" = -1 ", StringComparison.Ordinal))
            {
                calls.Add(new TraceCall(name, text, startedAt, returnedAt));
            }
        }
    }

    [GeneratedRegex(@"^(\d+) +(\w+)\((.*)$")]
    private static partial Regex Call();

    [GeneratedRegex(@"^(\d+) +<\.\.\. \w+ resumed>(.*)$")]
    private static partial Regex Resumed();
}
