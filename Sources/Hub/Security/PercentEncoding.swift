import Foundation

extension String {
    /// Everything but unreserved characters encoded (RFC 3986, 2.3), for a whole value inside a query.
    var percentEncodedWhole: String {
        addingPercentEncoding(
            withAllowedCharacters: CharacterSet(
                charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")) ?? ""
    }
}
