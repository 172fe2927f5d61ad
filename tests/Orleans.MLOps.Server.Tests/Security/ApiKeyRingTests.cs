using System.Reflection;
using System.Security.Claims;
using System.Security.Cryptography;
using Orleans.MLOps.Server.Security;

namespace Orleans.MLOps.Server.Tests.Security;

public sealed class ApiKeyRingTests
{
    private const byte CallInstruction = 0x28;

    [Fact]
    public void Find_EveryKey_GivesItsHolder()
    {
        var texts = Enumerable.Range(0, 5).Select(_ => ApiKeyText.Create()).ToArray();
        var ring = ApiKeyRing.Make([.. texts.Select((text, i) => new ApiKey { Name = $"k{i}", Sha256 = ApiKeyText.HashText(text), Operator = i == 3 })]);

        Assert.Equal(["k0", "k1", "k2", "k3", "k4"], texts.Select(text => ring.Find(text)!.Identity!.Name!));
        Assert.Equal([false, false, false, true, false], texts.Select(text => ring.Find(text)!.IsInRole("operator")));
        Assert.All(texts, text => Assert.True(ring.Find(text)!.HasClaim(claim => claim.Type == ClaimTypes.Name)));
    }

    [Fact]
    public void Find_UnknownKey_IsNull()
    {
        var text = ApiKeyText.Create();
        var ring = ApiKeyRing.Make([new ApiKey { Name = "k", Sha256 = ApiKeyText.HashText(text) }]);

        Assert.All([ApiKeyText.Create(), "", "k", ApiKeyText.HashText(text), text + " ", text.ToUpperInvariant()], wrong => Assert.Null(ring.Find(wrong)));
        Assert.Null(ApiKeyRing.Make([]).Find(text));
    }

    [Fact]
    public void Find_Always_ComparesInFixedTime()
    {
        var body = typeof(ApiKeyRing).GetMethod(nameof(ApiKeyRing.Find))!.GetMethodBody()!.GetILAsByteArray()!;

        Assert.Contains(Calls(body), method => method == typeof(CryptographicOperations).GetMethod(nameof(CryptographicOperations.FixedTimeEquals)));
        Assert.DoesNotContain(Calls(body), method => method!.Name.Contains("SequenceEqual", StringComparison.Ordinal));
    }

    private static IEnumerable<MethodBase?> Calls(byte[] body)
    {
        for (var i = 0; i + 4 < body.Length; i++)
        {
            if (body[i] == CallInstruction && Resolve(BitConverter.ToInt32(body, i + 1)) is { } method)
            {
                yield return method;
            }
        }
    }

    private static MethodBase? Resolve(int token)
    {
        try
        {
            return typeof(ApiKeyRing).Module.ResolveMethod(token);
        }
        catch (Exception error) when (error is ArgumentException or BadImageFormatException)
        {
            return null;
        }
    }
}
