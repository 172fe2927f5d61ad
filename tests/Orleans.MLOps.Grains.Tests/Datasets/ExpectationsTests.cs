using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Datasets;

namespace Orleans.MLOps.Grains.Tests.Datasets;

public sealed class ExpectationsTests
{
    private static readonly Gen<Expectation> Rules = Gen.Select(Gen.Int[0, 2], Gen.Int[0, 3], Gen.Double[-5, 0], Gen.Double[0, 5]).Select((kind, column, least, most) => new Expectation
    {
        Column = $"c{column}",
        Kind = (ExpectationKind)kind,
        Minimum = kind == 1 ? least : null,
        Maximum = kind == 1 ? most : null,
        Allowed = kind == 2 ? ["x", "y", $"{column}"] : [],
    });

    public static TheoryData<Expectation, string> Contradictions => new()
    {
        { new Expectation { Column = " " }, "names no column" },
        { new Expectation { Column = "a", Minimum = 1 }, "NotNull" },
        { new Expectation { Column = "a", Kind = ExpectationKind.Range }, "a minimum, a maximum or both" },
        { new Expectation { Column = "a", Kind = ExpectationKind.Range, Minimum = 2, Maximum = 1 }, "holds no number" },
        { new Expectation { Column = "a", Kind = ExpectationKind.Range, Minimum = double.NaN }, "holds no number" },
        { new Expectation { Column = "a", Kind = ExpectationKind.OneOf }, "at least one text" },
        { new Expectation { Column = "a", Kind = ExpectationKind.OneOf, Allowed = ["x"], Maximum = 1 }, "no bounds" },
        { new Expectation { Column = "a", Kind = (ExpectationKind)7 }, "unknown kind 7" },
    };

    [Theory]
    [MemberData(nameof(Contradictions))]
    public void Require_Contradiction_NamesIt(Expectation rule, string expected)
    {
        var error = Assert.Throws<InvalidInputException>(() => Expectations.Require(rule));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Equal("expectations", error.Field);
    }

    [Theory]
    [InlineData("missing", ExpectationKind.NotNull, "does not exist; columns: number, text")]
    [InlineData("text", ExpectationKind.Range, "of type Text")]
    [InlineData("number", ExpectationKind.OneOf, "of type Int64")]
    public void RequireColumns_Misfit_NamesColumn(string column, ExpectationKind kind, string expected)
    {
        ColumnSchema[] columns = [new() { Name = "number", Type = ColumnType.Int64 }, new() { Name = "text", Type = ColumnType.Text }];

        var error = Assert.Throws<InvalidInputException>(() => Expectations.RequireColumns([new Expectation { Column = column, Kind = kind }], columns));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Equal(column, error.Field);
    }

    [Fact]
    public void VersionDigest_OneRule_IsHashOfCanonicalJson()
    {
        var raw = new string('a', 64);
        var json = $$"""{"expectations":[{"allowed":[],"column":"delay","kind":"Range","maximum":null,"minimum":-90}],"format":"Csv","raw":"{{raw}}"}""";

        var digest = VersionDigest.Of(raw, DataFormat.Csv, [new Expectation { Column = "delay", Kind = ExpectationKind.Range, Minimum = -90 }]);

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json))), digest);
    }

    [Fact]
    public void VersionDigest_RulesReorderedAndRepeated_IsTheSame() => Gen.Select(Rules.Array[0, 6], Gen.Int).Sample((rules, seed) =>
    {
        var shuffled = rules.Concat(rules.Take(2)).Select(rule => rule with { Allowed = [.. rule.Allowed.Reverse()] }).ToArray();
        new Random(seed).Shuffle(shuffled);
        return VersionDigest.Of("raw", DataFormat.Csv, rules) == VersionDigest.Of("raw", DataFormat.Csv, shuffled);
    });

    [Fact]
    public void VersionDigest_AnyPartDiffers_Differs()
    {
        Expectation[] rules = [new() { Column = "a" }];
        string[] digests =
        [
            VersionDigest.Of("raw", DataFormat.Csv, rules),
            VersionDigest.Of("war", DataFormat.Csv, rules),
            VersionDigest.Of("raw", DataFormat.Parquet, rules),
            VersionDigest.Of("raw", DataFormat.Csv, []),
            VersionDigest.Of("raw", DataFormat.Csv, [new() { Column = "b" }]),
        ];

        Assert.Distinct(digests);
    }

    [Fact]
    public void ReasonColumn_NameTaken_FindsAnother()
    {
        ColumnSchema[] columns = [new() { Name = "Reason" }, new() { Name = "_reason" }];

        Assert.Equal("__reason", ExpectationSql.ReasonColumn(columns));
        Assert.Equal("reason", ExpectationSql.ReasonColumn([]));
    }
}
