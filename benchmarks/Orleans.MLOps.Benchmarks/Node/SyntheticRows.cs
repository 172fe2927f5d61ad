using System.Globalization;
using System.Text;
using Orleans.MLOps.Features;

namespace Orleans.MLOps.Benchmarks.Node;

/// <summary>Rows of twelve numbers and four texts with a label that depends on them, drawn from one seed.</summary>
internal sealed class SyntheticRows
{
    private const int Seed = 17;
    private const int Categories = 20;

    public static readonly string[] Numeric = [.. Enumerable.Range(0, 12).Select(i => $"number_{i}")];
    public static readonly string[] Categorical = [.. Enumerable.Range(0, 4).Select(i => $"text_{i}")];
    public static readonly DateTimeOffset First = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public SyntheticRows(int count)
    {
        var random = new Random(Seed);
        Numbers = [.. Numeric.Select(_ => Enumerable.Range(0, count).Select(_ => Math.Round((random.NextDouble() * 20) - 10, 3)).ToArray())];
        Texts = [.. Categorical.Select(_ => Enumerable.Range(0, count).Select(_ => $"value-{random.Next(Categories)}").ToArray())];
        Labels = new float[count];
        for (var row = 0; row < count; row++)
        {
            var score = ((Numbers[0][row] - Numbers[1][row]) / 5) + (Texts[0][row].Length == "value-1".Length ? 1 : -1);
            Labels[row] = random.NextDouble() < 1 / (1 + Math.Exp(-score)) ? 1 : 0;
        }
    }

    public int Count => Labels.Length;

    public double[][] Numbers { get; }

    public string[][] Texts { get; }

    public float[] Labels { get; }

    /// <summary>When the last row was asked, and a minute more.</summary>
    public DateTimeOffset End => First.AddMinutes(Count);

    public FeatureColumn[] Instance(int row) =>
    [
        .. Numeric.Select((name, i) => new FeatureColumn { Name = name, Numbers = [Numbers[i][row]] }),
        .. Categorical.Select((name, i) => new FeatureColumn { Name = name, Texts = [Texts[i][row]] }),
    ];

    public byte[] ToCsv()
    {
        var csv = new StringBuilder($"id,asked,label,{string.Join(',', Numeric.Concat(Categorical))}\n");
        for (var row = 0; row < Count; row++)
        {
            csv.Append(CultureInfo.InvariantCulture, $"{row},{First.AddMinutes(row):yyyy-MM-dd HH:mm:ss},{Labels[row]}");
            Array.ForEach(Numbers, column => csv.Append(CultureInfo.InvariantCulture, $",{column[row]}"));
            Array.ForEach(Texts, column => csv.Append(',').Append(column[row]));
            csv.Append('\n');
        }

        return Encoding.UTF8.GetBytes(csv.ToString());
    }
}
