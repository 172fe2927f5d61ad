using System.Reflection;

namespace Orleans.MLOps.Client.Tests.Support;

/// <summary>A grain factory whose grains are one handler; it remembers which grain every call went to.</summary>
public sealed class FakeGrains
{
    private readonly Func<Call, object?> handler;

    public FakeGrains(Func<Call, object?> handler)
    {
        this.handler = handler;
        Factory = CallProxy.Create<IGrainFactory>((method, arguments) => GetGrain(method.GetGenericArguments()[0], (string)arguments[0]!));
    }

    public IGrainFactory Factory { get; }

    public List<Call> Calls { get; } = [];

    public int References { get; private set; }

    private object GetGrain(Type type, string key)
    {
        References++;
        Func<MethodInfo, object?[], object?> handle = (method, arguments) =>
        {
            var call = new Call(type.Name, key, method.Name, arguments, method.ReturnType);
            Calls.Add(call);
            return handler(call);
        };
        return typeof(CallProxy).GetMethods().Single(method => method.Name == nameof(CallProxy.Create) && method.GetParameters().Length == 1)
            .MakeGenericMethod(type).Invoke(null, [handle])!;
    }

    /// <summary>A call that a grain received.</summary>
    public sealed record Call(string Grain, string Key, string Method, object?[] Arguments, Type Returns);
}
