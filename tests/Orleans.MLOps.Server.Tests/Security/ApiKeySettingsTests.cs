using Microsoft.Extensions.Configuration;
using Orleans.MLOps.Server.CommandLine;
using Orleans.MLOps.Server.Node;
using Orleans.MLOps.Server.Security;

namespace Orleans.MLOps.Server.Tests.Security;

public sealed class ApiKeySettingsTests
{
    private static readonly string Key = ApiKeyText.Create();
    private static readonly string Hash = ApiKeyText.HashText(Key);
    private static readonly string OtherHash = ApiKeyText.HashText("other");

    public static TheoryData<string, (string, string)[]> Wrong => new()
    {
        { "Mlops:ApiKeys is plain text", [("Mlops:ApiKeys", Key)] },
        { "Mlops:ApiKeys:0:Name is empty", [("Mlops:ApiKeys:0:Name", ""), ("Mlops:ApiKeys:0:Sha256", Hash)] },
        { "Mlops:ApiKeys:0:Name is empty", [("Mlops:ApiKeys:0:Sha256", Hash)] },
        { "Mlops:ApiKeys:0:Name is a plain key", [("Mlops:ApiKeys:0:Name", Key), ("Mlops:ApiKeys:0:Sha256", Hash)] },
        { "Mlops:ApiKeys:0:Name is other text", [("Mlops:ApiKeys:0:Name", "two words"), ("Mlops:ApiKeys:0:Sha256", Hash)] },
        { "Mlops:ApiKeys:0:Sha256 is empty", [("Mlops:ApiKeys:0:Name", "a")] },
        { "Mlops:ApiKeys:0:Sha256 is a plain key", [("Mlops:ApiKeys:0:Name", "a"), ("Mlops:ApiKeys:0:Sha256", Key)] },
        { "Mlops:ApiKeys:0:Sha256 is hex with upper-case digits", [("Mlops:ApiKeys:0:Name", "a"), ("Mlops:ApiKeys:0:Sha256", Hash.ToUpperInvariant())] },
        { "Mlops:ApiKeys:0:Sha256 is other text", [("Mlops:ApiKeys:0:Name", "a"), ("Mlops:ApiKeys:0:Sha256", Hash[1..])] },
        { "Mlops:ApiKeys:0:Operator is other text", [("Mlops:ApiKeys:0:Name", "a"), ("Mlops:ApiKeys:0:Sha256", Hash), ("Mlops:ApiKeys:0:Operator", Key)] },
        { "Mlops:ApiKeys:0 has a field that is not known", [("Mlops:ApiKeys:0:Name", "a"), ("Mlops:ApiKeys:0:Sha256", Hash), ("Mlops:ApiKeys:0:Key", Key)] },
        { "Mlops:ApiKeys:0:Endpoints is plain text", [("Mlops:ApiKeys:0:Name", "a"), ("Mlops:ApiKeys:0:Sha256", Hash), ("Mlops:ApiKeys:0:Endpoints", "mine")] },
        { "Mlops:ApiKeys:0:Endpoints is plain text", [("Mlops:ApiKeys:0:Name", "a"), ("Mlops:ApiKeys:0:Sha256", Hash), ("Mlops:ApiKeys:0:Endpoints", Key)] },
        { "Mlops:ApiKeys:0:Endpoints has 0 entries", [("Mlops:ApiKeys:0:Name", "a"), ("Mlops:ApiKeys:0:Sha256", Hash), ("Mlops:ApiKeys:0:Endpoints", "")] },
        { "Mlops:ApiKeys:0:Endpoints:0 is other text", [("Mlops:ApiKeys:0:Name", "a"), ("Mlops:ApiKeys:0:Sha256", Hash), ("Mlops:ApiKeys:0:Endpoints:0", "")] },
        { "Mlops:ApiKeys:0:Endpoints:0 is a plain key", [("Mlops:ApiKeys:0:Name", "a"), ("Mlops:ApiKeys:0:Sha256", Hash), ("Mlops:ApiKeys:0:Endpoints:0", Key)] },
        { "Mlops:ApiKeys:0:Endpoints:1 is other text", [("Mlops:ApiKeys:0:Name", "a"), ("Mlops:ApiKeys:0:Sha256", Hash), ("Mlops:ApiKeys:0:Endpoints:0", "mine"), ("Mlops:ApiKeys:0:Endpoints:1", "team/*")] },
        { "Mlops:ApiKeys:0:Endpoints:0 is other text", [("Mlops:ApiKeys:0:Name", "a"), ("Mlops:ApiKeys:0:Sha256", Hash), ("Mlops:ApiKeys:0:Endpoints:0", "a/b/c")] },
        { "Mlops:ApiKeys:0 is an operator's and has Endpoints", [("Mlops:ApiKeys:0:Name", "a"), ("Mlops:ApiKeys:0:Sha256", Hash), ("Mlops:ApiKeys:0:Operator", "true"), ("Mlops:ApiKeys:0:Endpoints:0", "mine")] },
        { "Mlops:ApiKeys has no entry 0", [("Mlops:ApiKeys:1:Name", "a"), ("Mlops:ApiKeys:1:Sha256", Hash)] },
        { "Mlops:ApiKeys:1:Name repeats Mlops:ApiKeys:0:Name", [("Mlops:ApiKeys:0:Name", "a"), ("Mlops:ApiKeys:0:Sha256", Hash), ("Mlops:ApiKeys:1:Name", "A"), ("Mlops:ApiKeys:1:Sha256", OtherHash)] },
        { "Mlops:ApiKeys:1:Sha256 repeats Mlops:ApiKeys:0:Sha256", [("Mlops:ApiKeys:0:Name", "a"), ("Mlops:ApiKeys:0:Sha256", Hash), ("Mlops:ApiKeys:1:Name", "b"), ("Mlops:ApiKeys:1:Sha256", Hash)] },
    };

    [Fact]
    public void Read_GoodKeys_AreTaken()
    {
        var keys = Read(("Mlops:ApiKeys:0:Name", "a"), ("Mlops:ApiKeys:0:Sha256", Hash), ("Mlops:ApiKeys:1:Name", "b"), ("Mlops:ApiKeys:1:Sha256", OtherHash), ("Mlops:ApiKeys:1:Operator", "True")).ApiKeys;

        Assert.Equal([("a", Hash, false), ("b", OtherHash, true)], keys.Select(key => (key.Name, key.Sha256, key.Operator)));
    }

    [Fact]
    public void Read_Endpoints_LimitTheirKeyAlone()
    {
        var keys = Read(
            ("Mlops:ApiKeys:0:Name", "a"), ("Mlops:ApiKeys:0:Sha256", Hash), ("Mlops:ApiKeys:0:endpoints:0", "mine"), ("Mlops:ApiKeys:0:Endpoints:1", "team/yours"),
            ("Mlops:ApiKeys:1:Name", "b"), ("Mlops:ApiKeys:1:Sha256", OtherHash)).ApiKeys;

        Assert.Equal(["mine", "team/yours"], keys[0].Endpoints);
        Assert.Null(keys[1].Endpoints);
    }

    [Fact]
    public void Read_MoreThanTenKeys_KeepsTheirOrder()
    {
        var lines = Enumerable.Range(0, 12).SelectMany(i => new[] { ($"Mlops:ApiKeys:{i}:Name", $"k{i}"), ($"Mlops:ApiKeys:{i}:Sha256", ApiKeyText.HashText($"{i}")) });

        Assert.Equal(Enumerable.Range(0, 12).Select(i => $"k{i}"), Read([.. lines]).ApiKeys.Select(key => key.Name));
    }

    [Fact]
    public void Read_NoKeys_IsEmpty() => Assert.Empty(Read().ApiKeys);

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void Read_WrongKeys_SaysWhereAndHoldsNoValue(string message, (string, string)[] configuration)
    {
        var error = Assert.Throws<UsageException>(() => Read(configuration));

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Hash[1..], error.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    private static NodeOptions Read(params (string Name, string Value)[] configuration) =>
        NodeSettings.Read([], new ConfigurationBuilder().AddInMemoryCollection(configuration.ToDictionary(pair => pair.Name, pair => (string?)pair.Value)).Build());
}
