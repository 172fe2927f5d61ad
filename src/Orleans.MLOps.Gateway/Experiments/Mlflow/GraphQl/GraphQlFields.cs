using System.Text.Json;
using GraphQL;
using GraphQL.Resolvers;
using GraphQL.Types;

namespace Orleans.MLOps.Gateway.Experiments.Mlflow.GraphQl;

/// <summary>Fields that read what a REST route wrote, by the same name in snake case.</summary>
internal static class GraphQlFields
{
    public static ObjectGraphType Texts(this ObjectGraphType type, params string[] names) => type.Add<StringGraphType>(names, value => value.GetString());

    public static ObjectGraphType Longs(this ObjectGraphType type, params string[] names) => type.Add<LongStringType>(names, value => value.GetRawText());

    public static ObjectGraphType Flags(this ObjectGraphType type, params string[] names) => type.Add<BooleanGraphType>(names, value => value.GetBoolean());

    /// <summary>Numbers; GraphQL has none for NaN and infinities, which become null.</summary>
    public static ObjectGraphType Numbers(this ObjectGraphType type, params string[] names) =>
        type.Add<FloatGraphType>(names, value => value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null);

    public static ObjectGraphType TextLists(this ObjectGraphType type, params string[] names) =>
        type.Add<ListGraphType<StringGraphType>>(names, value => value.EnumerateArray().Select(item => item.GetString()).ToArray(), Array.Empty<string>());

    public static ObjectGraphType One(this ObjectGraphType type, string name, IGraphType of)
    {
        type.AddField(new FieldType { Name = name, ResolvedType = of, Resolver = new Reader(name, value => of is EnumerationGraphType ? value.GetString() : value, null) });
        return type;
    }

    /// <summary>A list of objects; REST leaves an empty one out, and here it is empty.</summary>
    public static ObjectGraphType Many(this ObjectGraphType type, string name, IGraphType of)
    {
        type.AddField(new FieldType
        {
            Name = name,
            ResolvedType = new ListGraphType(new NonNullGraphType(of)),
            Resolver = new Reader(name, value => value.EnumerateArray().Select(item => (object)item).ToArray(), Array.Empty<object>()),
        });
        return type;
    }

    /// <summary>A field with an answer of its own.</summary>
    public static ObjectGraphType Asked(this ObjectGraphType type, string name, IGraphType of, Func<GraphQlRequest, JsonElement, Task<object?>> ask)
    {
        type.AddField(new FieldType
        {
            Name = name,
            ResolvedType = of,
            Resolver = new FuncFieldResolver<object?>(async context =>
                Counted(context, await ask((GraphQlRequest)context.RootValue!, (JsonElement)context.Source!).ConfigureAwait(false))),
        });
        return type;
    }

    private static ObjectGraphType Add<TScalar>(this ObjectGraphType type, string[] names, Func<JsonElement, object?> read, object? otherwise = null)
        where TScalar : GraphType
    {
        foreach (var name in names)
        {
            type.AddField(new FieldType { Name = name, Type = typeof(TScalar), Resolver = new Reader(name, read, otherwise) });
        }

        return type;
    }

    // Before a list is spread out: every item becomes as many values as are asked of it.
    private static object? Counted(IResolveFieldContext context, object? value)
    {
        if (value is object[] items)
        {
            ((GraphQlRequest)context.RootValue!).Count((long)items.Length * (1 + (context.SubFields?.Count ?? 0)));
        }

        return value;
    }

    private sealed class Reader(string name, Func<JsonElement, object?> read, object? otherwise) : IFieldResolver
    {
        private readonly string _name = JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

        public ValueTask<object?> ResolveAsync(IResolveFieldContext context) =>
            new(context.Source is JsonElement item && item.TryGetProperty(_name, out var value) ? Counted(context, read(value)) : otherwise);
    }
}
