using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Orleans.MLOps.Benchmarks.Reporting;

/// <summary>The machine, without its name, and how much of it others used while this process, and those it started and saw end, measured.</summary>
internal sealed class MachineFacts
{
    private const string ProcessorTimes = "/proc/stat";
    private const string OwnTimes = "/proc/self/stat";
    private const double TicksPerSecond = 100;
    private const double NoticeableCores = 0.1;

    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly double? _busyBefore = BusySeconds();
    private readonly double _ownBefore = OwnSeconds();

    public static IEnumerable<string> Describe()
    {
        yield return $"- {Environment.ProcessorCount} cores: {Processor()}";
        yield return $"- {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1L << 30):f0} GiB of memory";
        yield return $"- {OperatingSystemName()}, {RuntimeInformation.OSArchitecture}";
        yield return $"- {RuntimeInformation.FrameworkDescription}, {(System.Runtime.GCSettings.IsServerGC ? "server" : "workstation")} GC";
    }

    /// <summary>What else ran since this object was made; null where the system does not say.</summary>
    public string? Others()
    {
        if (_busyBefore is not { } before || BusySeconds() is not { } now)
        {
            return null;
        }

        var cores = Math.Max(0, now - before - (OwnSeconds() - _ownBefore)) / Stopwatch.GetElapsedTime(_started).TotalSeconds;
        return cores < NoticeableCores
            ? "Nothing else ran on the machine meanwhile."
            : $"**Other work shared the machine**: it took {cores:f1} of the {Environment.ProcessorCount} cores on average, so rates are too low and latencies too high.";
    }

    private static double OwnSeconds()
    {
        if (File.Exists(OwnTimes))
        {
            // utime stime cutime cstime, the last two of children that have ended; the name before may hold blanks.
            var text = File.ReadAllText(OwnTimes);
            var fields = text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return fields[11..15].Sum(field => long.Parse(field, CultureInfo.InvariantCulture)) / TicksPerSecond;
        }

        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime.TotalSeconds;
    }

    private static double? BusySeconds()
    {
        if (!File.Exists(ProcessorTimes))
        {
            return null;
        }

        // user nice system idle iowait irq softirq steal
        var fields = File.ReadLines(ProcessorTimes).First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var ticks = new[] { 1, 2, 3, 6, 7, 8 }.Sum(field => long.Parse(fields[field], CultureInfo.InvariantCulture));
        return ticks / TicksPerSecond;
    }

    private static string Processor() => Value("/proc/cpuinfo", "model name", ':') ?? RuntimeInformation.ProcessArchitecture.ToString();

    private static string OperatingSystemName() => Value("/etc/os-release", "PRETTY_NAME", '=')?.Trim('"') ?? RuntimeInformation.OSDescription;

    private static string? Value(string file, string name, char separator) => File.Exists(file)
        ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(separator, 2)[1].Trim()
        : null;
}
