using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Orleans.MLOps.Statistics.Tests;

internal static class GoldenFiles
{
    public static double[] Stream(string name) => File.Exists(PathOf(name + ".bits"))
        ? [.. Bits(name).Select(bit => bit ? 1.0 : 0.0)]
        : Doubles(name);

    public static double[] Doubles(string name) => MemoryMarshal.Cast<byte, double>(File.ReadAllBytes(PathOf(name + ".f64"))).ToArray();

    public static bool[] Bits(string name) => [.. File.ReadAllText(PathOf(name + ".bits")).Select(c => c == '1')];

    public static JsonElement Json(string name) => JsonDocument.Parse(File.ReadAllText(PathOf(name + ".json"))).RootElement;

    public static List<double[]> Csv(string name) =>
        [.. File.ReadLines(PathOf(name + ".csv")).Skip(1).Select(line => line.Split(',').Select(x => double.Parse(x, CultureInfo.InvariantCulture)).ToArray())];

    private static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "Golden", file);
}
