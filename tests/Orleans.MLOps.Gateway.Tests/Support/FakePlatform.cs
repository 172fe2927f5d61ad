using System.Reflection;
using Orleans.MLOps.Client.Tests.Support;

namespace Orleans.MLOps.Gateway.Tests.Support;

/// <summary>An <see cref="IMlopsClient"/> whose calls all go to one handler that a test sets.</summary>
public sealed class FakePlatform
{
    public FakePlatform() => Client = CallProxy.Create<IMlopsClient>((method, _) => Room(method.ReturnType));

    public IMlopsClient Client { get; }

    /// <summary>Answers a call; the default refuses it.</summary>
    public Func<MethodInfo, object?[], object?> Handler { get; set; } =
        (method, _) => throw new InvalidOperationException($"{method.Name} was not expected.");

    private object Room(Type type)
    {
        Func<MethodInfo, object?[], object?> handler = (method, arguments) => Handler(method, arguments);
        return typeof(CallProxy).GetMethods().Single(method => method.Name == nameof(CallProxy.Create) && method.GetParameters().Length == 1)
            .MakeGenericMethod(type).Invoke(null, [handler])!;
    }
}
