using System.Reflection;
using Google.Protobuf;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Client.Tests.Support;

/// <summary>The records that the client interfaces mention, directly or inside others, and the calls of these interfaces.</summary>
public static class Contract
{
    public static PropertyInfo[] Rooms { get; } = typeof(IMlopsClient).GetProperties();

    public static Type[] Records { get; } = Collect();

    public static Type MessageOf(Type record) =>
        typeof(W.BlobRef).Assembly.GetType($"{typeof(W.BlobRef).Namespace}.{record.Name}")
        ?? throw new InvalidOperationException($"{record.Name} has no message.");

    public static IMessage NewMessage(Type record) => (IMessage)Activator.CreateInstance(MessageOf(record))!;

    private static Type[] Collect()
    {
        var found = new HashSet<Type>();
        foreach (var method in Rooms.SelectMany(room => room.PropertyType.GetMethods()))
        {
            Visit(method.ReturnType, found);
            foreach (var parameter in method.GetParameters())
            {
                Visit(parameter.ParameterType, found);
            }
        }

        // An ingest travels as the command and the progress of its grain.
        Visit(typeof(Datasets.IngestDataset), found);
        Visit(typeof(Datasets.IngestProgress), found);
        Visit(typeof(MLOps.Serving.ServeRequest), found);
        Visit(typeof(MLOps.Serving.ServeReply), found);
        found.Remove(typeof(Datasets.IngestOptions));
        return [.. found.OrderBy(type => type.FullName, StringComparer.Ordinal)];
    }

    private static void Visit(Type type, HashSet<Type> found)
    {
        if (type.IsArray)
        {
            Visit(type.GetElementType()!, found);
            return;
        }

        foreach (var argument in type.GetGenericArguments())
        {
            Visit(argument, found);
        }

        if (type.Assembly != typeof(IMlopsClient).Assembly || !type.IsClass || !found.Add(type))
        {
            return;
        }

        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            Visit(property.PropertyType, found);
        }
    }
}
