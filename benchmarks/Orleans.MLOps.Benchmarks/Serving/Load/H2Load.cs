using System.Buffers.Binary;
using System.Globalization;
using System.Text.RegularExpressions;
using Orleans.MLOps.Benchmarks.Load;

namespace Orleans.MLOps.Benchmarks.Serving.Load;

/// <summary>Unary gRPC calls from h2load, on one thread.</summary>
internal sealed partial class H2Load(string folder) : IDoorLoad
{
    private const int FrameBytes = 5;

    public string Program => "h2load";

    public async Task<LoadResult> RunAsync(Door door, int callers, TimeSpan duration)
    {
        // It does not look at grpc-status: a refused call has no message, so the bytes tell.
        var expected = FrameBytes + (await CompiledLoad.CallAsync(door)).Length;
        var (body, log) = (Path.Combine(folder, "body"), Path.Combine(folder, "h2load.log"));
        File.Delete(log);
        await File.WriteAllBytesAsync(body, Frame(door.Body));
        var output = await Programs.RunAsync(
            "h2load",
            ["-t1", $"-c{callers}", "-m1", "-D", $"{(int)duration.TotalMilliseconds}ms", "-d", body, "-H", "content-type: application/grpc", "-H", "te: trailers", $"--log-file={log}", door.Uri.ToString()]);
        var (ticks, failed, last, first) = (new List<double>(), 0, 0.0, double.MaxValue);
        foreach (var line in File.ReadLines(log))
        {
            var fields = line.Split('\t');
            var (started, took) = (double.Parse(fields[0], CultureInfo.InvariantCulture), double.Parse(fields[2], CultureInfo.InvariantCulture));
            failed += fields[1] == "200" ? 0 : 1;
            ticks.Add(took);
            (first, last) = (Math.Min(first, started), Math.Max(last, started + took));
        }

        var bytes = Data().Match(output) is { Success: true } match ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
        if (failed > 0 || ticks.Count == 0 || bytes < 0.9 * expected * ticks.Count)
        {
            throw new InvalidOperationException($"{door.Name}: {failed} of {ticks.Count} calls failed, or answers were shorter than {expected} bytes: {output}");
        }

        ticks.Sort();
        double At(double quantile) => ticks[(int)((ticks.Count - 1) * quantile)] / 1000;
        return new LoadResult(new Measurement(door.Name, callers, ticks.Count / (last - first) * 1e6, At(0.5), At(0.99)) { P95 = At(0.95) }, ticks.Count);
    }

    private static byte[] Frame(byte[] message)
    {
        var frame = new byte[FrameBytes + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, FrameBytes);
        return frame;
    }

    [GeneratedRegex(@"\((\d+)\) data")]
    private static partial Regex Data();
}
