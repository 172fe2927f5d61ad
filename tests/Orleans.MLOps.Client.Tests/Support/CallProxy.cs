using System.Reflection;

namespace Orleans.MLOps.Client.Tests.Support;

/// <summary>Stands in for an interface: every call goes to one handler.</summary>
public class CallProxy : DispatchProxy
{
    private Func<MethodInfo, object?[], object?> handler = (method, _) => throw new InvalidOperationException($"{method.Name} was not expected.");

    public static T Create<T>(Func<MethodInfo, object?[], object?> handler)
        where T : class
    {
        var proxy = Create<T, CallProxy>();
        ((CallProxy)(object)proxy).handler = handler;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => handler(targetMethod!, args ?? []);
}
